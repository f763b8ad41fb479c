#pragma once

#include "control/admin/http.h"
#include "control/toxiproxy/failure.h"

#include <string>

namespace firedrill::toxiproxy {

// `text` is JSON.
admin::Response json_response(std::string text, unsigned status = 200);

// {"error":"...","status":...} and a newline, called text/plain, as the original does.
admin::Response failure_response(const Failure& failure);

// What the original's router says of its own.
admin::Response page_not_found();
admin::Response method_not_allowed();
admin::Response moved(const std::string& location);
admin::Response agent_not_allowed();

}  // namespace firedrill::toxiproxy
