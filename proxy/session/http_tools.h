#pragma once

#include "proxy/codec/http/forward.h"
#include "proxy/codec/http/head.h"

namespace firedrill {

// The parts of HTTP reading that are large and made for reuse: one for each worker, lent to its
// sessions between two waits. What they hold does not survive a wait.
struct HttpTools {
  http::RequestScanner request;
  http::ResponseScanner response;
  http::ForwardedHead forward;
};

}  // namespace firedrill
