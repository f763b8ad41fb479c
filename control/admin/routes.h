#pragma once

#include "control/admin/api.h"
#include "control/admin/router.h"

namespace firedrill::admin {

// Adds every endpoint of the admin API; `api` is copied into the handlers.
void add_routes(Router& router, Api api);

}  // namespace firedrill::admin
