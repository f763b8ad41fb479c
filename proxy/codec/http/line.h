#pragma once

#include "proxy/codec/http/reason.h"

namespace firedrill::http {

struct LineEnd {
  Scan scan;
  const char* next = nullptr;  // after the CRLF
};

// Reads the CRLF that must stand at `at`, where a run of allowed characters has stopped, and says
// what stands there instead.
inline LineEnd read_line_end(const char* at, const char* end) {
  if (at == end) return {.scan = kIncomplete};
  if (*at == '\n') return {.scan = refuse(Reason::bare_lf)};
  if (*at != '\r') return {.scan = refuse(Reason::control_character)};
  if (at + 1 == end) return {.scan = kIncomplete};
  if (at[1] != '\n') return {.scan = refuse(Reason::bare_cr)};
  return {.scan = kComplete, .next = at + 2};
}

}  // namespace firedrill::http
