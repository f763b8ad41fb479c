#pragma once

#include "proxy/codec/http/field.h"
#include "proxy/codec/http/reason.h"

#include <cstddef>
#include <string_view>

// What the two scanners share.
namespace firedrill::http {

struct Version {
  Scan scan;
  int minor = 1;
};

inline constexpr std::size_t kVersionSize = 8;

// Reads "HTTP/1.0" or "HTTP/1.1" at `at`.
Version read_version(const char* at, const char* end);

// The faults of Content-Length and Transfer-Encoding that one field alone does not show.
Reason check_framing(const FieldList& fields, int version_minor);

// Whether the sender will keep the connection open after this message.
bool keeps_alive(const FieldList& fields, int version_minor);

bool asks_for_upgrade(const FieldList& fields, int version_minor);

// True when the bytes after the first `seen` hold the end of a line.
bool has_line_end_after(std::string_view text, std::size_t seen);

}  // namespace firedrill::http
