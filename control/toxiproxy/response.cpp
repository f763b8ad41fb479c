#include "control/toxiproxy/response.h"

#include "control/toxiproxy/json_writer.h"

#include <utility>

namespace firedrill::toxiproxy {
namespace {

admin::Response text(unsigned status, std::string body) {
  return {.status = status, .body = std::move(body), .content_type = "text/plain; charset=utf-8"};
}

}  // namespace

admin::Response json_response(std::string text, unsigned status) {
  return {.status = status, .body = std::move(text)};
}

admin::Response failure_response(const Failure& failure) {
  const std::string body = JsonObject()
                               .add("error", json_string(failure.message))
                               .add("status", std::to_string(failure.status))
                               .text();
  return text(failure.status, body + '\n');
}

admin::Response page_not_found() {
  return text(404, "404 page not found\n");
}

admin::Response method_not_allowed() {
  return {.status = 405, .content_type = {}};
}

admin::Response moved(const std::string& location) {
  return {.status = 301, .content_type = {}, .headers = {{"Location", location}}};
}

admin::Response agent_not_allowed() {
  return text(403, "User agent not allowed\n");
}

}  // namespace firedrill::toxiproxy
