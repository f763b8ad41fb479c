#include "control/toxiproxy/version.h"

#include "control/toxiproxy/handlers.h"

#include <string>

namespace firedrill::toxiproxy {

admin::Response version(Store&, const admin::Request&) {
  return {.status = 200,
          .body = R"({"version": ")" + std::string(kVersion) + "\"}\n",
          .content_type = "application/json;charset=utf-8"};
}

}  // namespace firedrill::toxiproxy
