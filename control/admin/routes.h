#pragma once

#include "control/admin/api.h"
#include "control/admin/router.h"

namespace firedrill::admin {

// Adds every endpoint of the API. `api` must outlive the router.
void add_routes(Router& router, Api& api);

// Journals a call that was refused for its role, as Options::on_denied asks: somebody peeked.
void journal_denied(Api& api, const Request& request);

}  // namespace firedrill::admin
