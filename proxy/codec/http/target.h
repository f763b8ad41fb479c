#pragma once

#include "proxy/codec/http/reason.h"

#include <cstdint>
#include <string_view>

namespace firedrill::http {

// A request target taken apart. Path and query are raw: nothing is decoded or normalised.
struct Target {
  enum class Form : std::uint8_t { origin, absolute, asterisk };

  Form form = Form::origin;
  std::string_view raw;
  std::string_view authority;  // of the absolute form, else ""
  std::string_view origin;     // `raw` without scheme and authority; may be "" or begin with '?'
  std::string_view path;       // without the query; "/" where an absolute form has none
  std::string_view query;      // after the '?', else ""
};

struct ParsedTarget {
  Reason reason = Reason::none;
  Target target;
};

// Takes a target of visible characters apart: the origin form, an absolute http or https URI
// without user information, or "*", which only OPTIONS may have.
ParsedTarget parse_target(std::string_view method, std::string_view raw);

// host [":" port], as the Host field and an http URI have it. The host is a name of letters,
// digits and "-._~" (what else RFC 3986 allows in a name has no use but to be read differently by
// two servers) or an IP address, v6 in brackets; the port has one to five digits, <= 65535.
bool is_valid_host(std::string_view host);

}  // namespace firedrill::http
