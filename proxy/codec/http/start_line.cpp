#include "proxy/codec/http/start_line.h"

#include "proxy/codec/http/chars.h"

namespace firedrill::http {

Version read_version(const char* at, const char* end) {
  constexpr std::string_view kName = "HTTP/";
  for (const char expected : kName) {
    if (at == end) return {.scan = kIncomplete};
    if (*at++ != expected) return {.scan = refuse(Reason::bad_version)};
  }
  if (at == end) return {.scan = kIncomplete};
  if (!is_digit(*at)) return {.scan = refuse(Reason::bad_version)};
  if (*at++ != '1') return {.scan = refuse(Reason::unsupported_version)};
  if (at == end) return {.scan = kIncomplete};
  if (*at++ != '.') return {.scan = refuse(Reason::bad_version)};
  if (at == end) return {.scan = kIncomplete};
  if (!is_digit(*at)) return {.scan = refuse(Reason::bad_version)};
  if (*at > '1') return {.scan = refuse(Reason::unsupported_version)};
  return {.scan = kComplete, .minor = *at - '0'};
}

Reason check_framing(const FieldList& fields, int version_minor) {
  if (!fields.has(FieldKind::transfer_encoding)) return Reason::none;
  if (version_minor == 0) return Reason::bad_transfer_encoding;
  if (fields.has(FieldKind::content_length)) return Reason::conflicting_lengths;
  return Reason::none;
}

bool keeps_alive(const FieldList& fields, int version_minor) {
  return !fields.asks_close() && (version_minor == 1 || fields.asks_keep_alive());
}

bool asks_for_upgrade(const FieldList& fields, int version_minor) {
  if (version_minor == 0 || !fields.asks_upgrade()) return false;
  const Field* const upgrade = fields.find(FieldKind::upgrade);
  return upgrade != nullptr && !upgrade->value.empty();
}

bool has_line_end_after(std::string_view text, std::size_t seen) {
  return text.find('\n', seen) != std::string_view::npos;
}

}  // namespace firedrill::http
