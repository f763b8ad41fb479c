#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"
#include "proxy/codec/http/line.h"
#include "proxy/codec/http/start_line.h"

#include <algorithm>

namespace firedrill::http {
namespace {

bool has_body(int status, ResponseTo to) {
  return to != ResponseTo::head && status >= 200 && status != 204 && status != 304;
}

}  // namespace

Scan ResponseScanner::scan(ByteView bytes, ResponseTo to) {
  const std::string_view text = as_text(bytes).substr(0, limits_.head);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto ran_out = [&] {
    return bytes.size() < limits_.head ? kIncomplete : refuse(Reason::head_too_large);
  };

  const Scan line = scan_start_line(begin, end);
  if (line.incomplete()) return ran_out();
  if (line.refused()) return line;
  const Scan fields = head_.fields.scan(begin + head_.start_line.size(), end, limits_.fields);
  if (fields.incomplete()) return ran_out();
  if (fields.refused()) return fields;

  head_.raw = {begin, head_.fields.end()};
  head_.size = head_.raw.size();
  const Reason reason = conclude(to);
  return reason == Reason::none ? kComplete : refuse(reason);
}

Scan ResponseScanner::scan_start_line(const char* at, const char* end) {
  const Version version = read_version(at, end);
  if (!version.scan.complete()) return version.scan;

  const char* next = at + kVersionSize;
  if (next == end) return kIncomplete;
  if (*next++ != ' ') return refuse(Reason::bad_status_line);
  int status = 0;
  for (int i = 0; i < 3; ++i) {
    if (next == end) return kIncomplete;
    if (!is_digit(*next)) return refuse(Reason::bad_status_line);
    status = status * 10 + (*next++ - '0');
  }
  if (status < 100) return refuse(Reason::bad_status_line);
  if (next == end) return kIncomplete;
  // The space before a phrase that is left out is often left out with it.
  if (*next != ' ' && *next != '\r') return refuse(Reason::bad_status_line);
  const char* const phrase = *next == ' ' ? next + 1 : next;
  const char* const phrase_end = skip_value(phrase, end);
  const LineEnd line_end = read_line_end(phrase_end, end);
  if (!line_end.scan.complete()) return line_end.scan;

  head_.start_line = {at, line_end.next};
  head_.status = status;
  head_.phrase = {phrase, phrase_end};
  head_.version_minor = version.minor;
  return kComplete;
}

Reason ResponseScanner::conclude(ResponseTo to) {
  const FieldList& fields = head_.fields;
  const Reason framing = check_framing(fields, head_.version_minor);
  if (framing != Reason::none) return framing;

  head_.framing = {};
  if (!has_body(head_.status, to)) {
    head_.framing.kind = Framing::Kind::none;
  } else if (fields.has(FieldKind::transfer_encoding)) {
    head_.framing.kind = Framing::Kind::chunked;
  } else if (fields.has(FieldKind::content_length)) {
    head_.framing = {.kind = Framing::Kind::length, .length = fields.content_length()};
  } else {
    head_.framing.kind = Framing::Kind::until_close;
  }
  head_.keep_alive =
      head_.framing.kind != Framing::Kind::until_close && keeps_alive(fields, head_.version_minor);
  head_.upgrade = asks_for_upgrade(fields, head_.version_minor);
  return Reason::none;
}

bool ResponseScanner::worth_scanning(ByteView bytes, std::size_t seen) const {
  return has_line_end_after(as_text(bytes), seen) || bytes.size() >= limits_.head;
}

}  // namespace firedrill::http
