#include "proxy/codec/http/target.h"

#include "proxy/codec/http/chars.h"

#include <algorithm>
#include <cstddef>

namespace firedrill::http {
namespace {

// The length of "http://" or "https://" in front of `raw`, or 0.
std::size_t scheme_size(std::string_view raw) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(raw.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

void split_path(Target& target) {
  const std::size_t mark = target.origin.find('?');
  target.path = target.origin.substr(0, mark);
  if (target.path.empty()) target.path = "/";
  if (mark != std::string_view::npos) target.query = target.origin.substr(mark + 1);
}

bool is_valid_port(std::string_view port) {
  if (port.empty() || port.size() > 5) return false;
  unsigned number = 0;
  for (const char c : port) {
    if (!is_digit(c)) return false;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number <= 65535;
}

bool is_valid_ipv6(std::string_view address) {
  const auto allowed = [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; };
  return std::ranges::count(address, ':') >= 2 && std::ranges::all_of(address, allowed);
}

}  // namespace

ParsedTarget parse_target(std::string_view method, std::string_view raw) {
  ParsedTarget parsed;
  Target& target = parsed.target;
  target.raw = raw;
  if (raw.starts_with('/')) {
    target.origin = raw;
    split_path(target);
    return parsed;
  }
  if (raw == "*" && method == "OPTIONS") {
    target.form = Target::Form::asterisk;
    target.origin = target.path = raw;
    return parsed;
  }
  const std::size_t scheme = scheme_size(raw);
  if (scheme == 0) {
    parsed.reason = Reason::bad_target;
    return parsed;
  }
  const std::string_view rest = raw.substr(scheme);
  target.form = Target::Form::absolute;
  target.authority = rest.substr(0, rest.find_first_of("/?"));
  target.origin = rest.substr(target.authority.size());
  split_path(target);
  if (!is_valid_host(target.authority)) parsed.reason = Reason::bad_target;
  return parsed;
}

bool is_valid_host(std::string_view host) {
  std::size_t name_size = 0;
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos || !is_valid_ipv6(host.substr(1, close - 1))) return false;
    name_size = close + 1;
  } else {
    while (name_size < host.size() && is(kHostChar, host[name_size])) ++name_size;
    if (name_size == 0) return false;
  }
  if (name_size == host.size()) return true;
  return host[name_size] == ':' && is_valid_port(host.substr(name_size + 1));
}

}  // namespace firedrill::http
