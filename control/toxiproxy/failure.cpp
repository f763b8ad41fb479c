#include "control/toxiproxy/failure.h"

#include <stdexcept>

namespace firedrill::toxiproxy {

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::runtime_error(failure.message);
}

Failure bad_body(const std::string& error) {
  return {.status = 400, .message = "bad request body: " + error};
}

}  // namespace firedrill::toxiproxy
