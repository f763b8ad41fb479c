#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"
#include "proxy/codec/http/line.h"
#include "proxy/codec/http/start_line.h"

#include <algorithm>
#include <array>

namespace firedrill::http {
namespace {

// Longer than any registered method.
constexpr std::ptrdiff_t kLongestMethod = 32;

const char* clip(const char* at, const char* end, std::size_t most) {
  return at + std::min(static_cast<std::size_t>(end - at), most);
}

}  // namespace

bool RequestHead::is_idempotent() const {
  constexpr std::array<std::string_view, 6> kMethods{"GET",    "HEAD",    "PUT",
                                                     "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

Scan RequestScanner::scan(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  const char* const begin = text.data();
  const char* const end = clip(begin, begin + text.size(), limits_.head);
  const auto ran_out = [&] {
    return text.size() < limits_.head ? kIncomplete : refuse(Reason::head_too_large);
  };

  const char* at = begin;
  if (at != end && *at == '\r') {
    const LineEnd empty_line = read_line_end(at, end);
    if (!empty_line.scan.complete()) return empty_line.scan;
    at = empty_line.next;
  }
  const char* const start = at;
  const char* const line_limit = clip(start, end, limits_.request_line);
  if (const Scan line = scan_start_line(start, line_limit); line.incomplete()) {
    const bool too_long = static_cast<std::size_t>(end - start) >= limits_.request_line;
    return too_long ? refuse(Reason::request_line_too_long) : ran_out();
  } else if (line.refused()) {
    return line;
  }
  const Scan fields = head_.fields.scan(start + head_.start_line.size(), end, limits_.fields);
  if (fields.incomplete()) return ran_out();
  if (fields.refused()) return fields;

  head_.size = static_cast<std::size_t>(head_.fields.end() - begin);
  head_.raw = {start, head_.fields.end()};
  const Reason reason = conclude();
  return reason == Reason::none ? kComplete : refuse(reason);
}

Scan RequestScanner::scan_start_line(const char* at, const char* end) {
  const char* const method_end = skip_token(at, clip(at, end, kLongestMethod + 1));
  if (method_end - at > kLongestMethod) return refuse(Reason::method_too_long);
  if (method_end == end) return kIncomplete;
  if (*method_end != ' ' || method_end == at) return refuse(Reason::bad_method);

  const char* const target = method_end + 1;
  const char* const target_end = skip_target(target, end);
  if (target_end == end) return kIncomplete;
  // A line that ends here is HTTP/0.9.
  if (*target_end == '\r' || *target_end == '\n') return refuse(Reason::bad_version);
  if (*target_end != ' ' || target_end == target) return refuse(Reason::bad_target);

  const char* const version_begin = target_end + 1;
  const Version version = read_version(version_begin, end);
  if (!version.scan.complete()) return version.scan;
  const char* const version_end = version_begin + kVersionSize;
  const LineEnd line_end = read_line_end(version_end, end);
  if (line_end.scan.reason == Reason::control_character) return refuse(Reason::bad_version);
  if (!line_end.scan.complete()) return line_end.scan;

  head_.start_line = {at, line_end.next};
  head_.method = {at, method_end};
  head_.version_minor = version.minor;
  if (head_.method == "CONNECT") return refuse(Reason::method_not_allowed);
  const ParsedTarget parsed = parse_target(head_.method, {target, target_end});
  if (parsed.reason != Reason::none) return refuse(parsed.reason);
  head_.target = parsed.target;
  return kComplete;
}

Reason RequestScanner::conclude() {
  const FieldList& fields = head_.fields;
  const Reason framing = check_framing(fields, head_.version_minor);
  if (framing != Reason::none) return framing;
  const Reason host = conclude_host();
  if (host != Reason::none) return host;

  head_.framing = {};
  if (fields.has(FieldKind::transfer_encoding)) {
    head_.framing.kind = Framing::Kind::chunked;
  } else if (fields.has(FieldKind::content_length)) {
    head_.framing = {.kind = Framing::Kind::length, .length = fields.content_length()};
  }
  head_.keep_alive = keeps_alive(fields, head_.version_minor);
  head_.upgrade = asks_for_upgrade(fields, head_.version_minor);
  const Field* const expect = fields.find(FieldKind::expect);
  head_.expects_continue = expect != nullptr && head_.version_minor == 1 &&
                           equal_ignoring_case(expect->value, "100-continue");
  return Reason::none;
}

Reason RequestScanner::conclude_host() {
  const std::string_view authority = head_.target.authority;
  const Field* const field = head_.fields.find(FieldKind::host);
  head_.host = field != nullptr ? field->value : authority;
  if (field == nullptr) return head_.version_minor == 1 ? Reason::missing_host : Reason::none;
  if (!is_valid_host(field->value)) return Reason::bad_host;
  if (head_.target.form == Target::Form::absolute && !equal_ignoring_case(field->value, authority))
    return Reason::host_mismatch;
  return Reason::none;
}

bool RequestScanner::worth_scanning(ByteView bytes, std::size_t seen) const {
  // An empty line before the request line is not counted against it, hence two limits to cross.
  const auto crosses = [&](std::size_t limit) { return seen < limit && bytes.size() >= limit; };
  return has_line_end_after(as_text(bytes), seen) || crosses(limits_.request_line) ||
         crosses(limits_.request_line + 2) || bytes.size() >= limits_.head;
}

}  // namespace firedrill::http
