#include "proxy/codec/http/field.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/line.h"

namespace firedrill::http {
namespace {

constexpr std::string_view kContentLength = "content-length";
constexpr std::string_view kTransferEncoding = "transfer-encoding";

// 2^63 - 1: what every recipient can hold.
constexpr std::uint64_t kLongestBody = 0x7FFF'FFFF'FFFF'FFFF;

// True when `name`, without its punctuation, spells `letters`.
bool spells(std::string_view name, std::string_view letters) {
  std::size_t matched = 0;
  for (const char c : name) {
    if (!is(kAlnumChar, c)) continue;
    if (matched == letters.size() || lower(c) != letters[matched]) return false;
    ++matched;
  }
  return matched == letters.size();
}

FieldKind kind_if(std::string_view name, std::string_view wanted, FieldKind kind) {
  return token_is(name, wanted) ? kind : FieldKind::other;
}

// What is wrong where a field name should have ended in a colon.
Reason bad_name(const char* begin, const char* stop) {
  if (stop == begin && (*stop == ' ' || *stop == '\t')) return Reason::folded_field;
  if (*stop == '\n') return Reason::bare_lf;
  return Reason::bad_field_name;
}

}  // namespace

FieldKind kind_of(std::string_view name) {
  switch (name.size()) {
    case 2:
      return kind_if(name, "te", FieldKind::te);
    case 4:
      return kind_if(name, "host", FieldKind::host);
    case 6:
      return kind_if(name, "expect", FieldKind::expect);
    case 7:
      return lower(name[0]) == 't' ? kind_if(name, "trailer", FieldKind::trailer)
                                   : kind_if(name, "upgrade", FieldKind::upgrade);
    case 10:
      return lower(name[0]) == 'c' ? kind_if(name, "connection", FieldKind::connection)
                                   : kind_if(name, "keep-alive", FieldKind::keep_alive);
    case 13:
      return kind_if(name, "authorization", FieldKind::authorization);
    case 14:
      return kind_if(name, kContentLength, FieldKind::content_length);
    case 16:
      return kind_if(name, "proxy-connection", FieldKind::proxy_connection);
    case 17:
      return kind_if(name, kTransferEncoding, FieldKind::transfer_encoding);
    default:
      return FieldKind::other;
  }
}

bool looks_like_framing(std::string_view name) {
  if (equal_ignoring_case(name, kContentLength)) return false;
  if (equal_ignoring_case(name, kTransferEncoding)) return false;
  return spells(name, "contentlength") || spells(name, "transferencoding");
}

std::string_view ListReader::next() {
  while (!rest_.empty()) {
    const std::size_t comma = rest_.find(',');
    const std::string_view element = trimmed(rest_.substr(0, comma));
    rest_ = comma == std::string_view::npos ? std::string_view{} : rest_.substr(comma + 1);
    if (!element.empty()) return element;
  }
  return {};
}

Scan FieldList::scan(const char* at, const char* end, std::size_t most) {
  clear();
  while (true) {
    if (at == end) return kIncomplete;
    if (*at == '\r') {
      const LineEnd line_end = read_line_end(at, end);
      end_ = line_end.next;
      return line_end.scan;
    }
    if (count_ == most || count_ == kCapacity) return refuse(Reason::too_many_fields);

    const char* const name_end = skip_token(at, end);
    if (name_end == end) return kIncomplete;
    if (*name_end != ':' || name_end == at) return refuse(bad_name(at, name_end));

    const char* const value_begin = name_end + 1;
    const char* const value_end = skip_value(value_begin, end);
    const LineEnd line_end = read_line_end(value_end, end);
    if (!line_end.scan.complete()) return line_end.scan;

    Field& field = fields_[count_];
    field.name = {at, name_end};
    field.value = trimmed({value_begin, value_end});
    field.line = {at, line_end.next};
    field.kind = kind_of(field.name);
    if (const Reason reason = take(field); reason != Reason::none) return refuse(reason);
    ++count_;
    at = line_end.next;
  }
}

void FieldList::clear() {
  count_ = 0;
  kinds_ = 0;
  content_length_ = 0;
  connection_options_ = 0;
  asks_close_ = asks_keep_alive_ = asks_upgrade_ = connection_names_fields_ = false;
  end_ = nullptr;
}

Reason FieldList::take(const Field& field) {
  const bool again = has(field.kind);
  kinds_ |= bit(field.kind);
  switch (field.kind) {
    case FieldKind::other:
      // The shortest look-alike has thirteen letters.
      return field.name.size() >= 13 && looks_like_framing(field.name) ? Reason::framing_look_alike
                                                                       : Reason::none;
    case FieldKind::host:
      return again ? Reason::duplicate_host : Reason::none;
    case FieldKind::content_length:
      return again ? Reason::duplicate_content_length : take_content_length(field.value);
    case FieldKind::transfer_encoding:
      return again || field.value != "chunked" ? Reason::bad_transfer_encoding : Reason::none;
    case FieldKind::connection:
      return take_connection(field.value);
    default:
      return Reason::none;
  }
}

Reason FieldList::take_content_length(std::string_view value) {
  if (value.empty() || value.size() > 19) return Reason::bad_content_length;
  std::uint64_t length = 0;
  for (const char c : value) {
    if (!is_digit(c)) return Reason::bad_content_length;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (length > kLongestBody) return Reason::bad_content_length;
  content_length_ = length;
  return Reason::none;
}

Reason FieldList::take_connection(std::string_view value) {
  ListReader list(value);
  for (auto option = list.next(); !option.empty(); option = list.next()) {
    if (++connection_options_ > kMostConnectionOptions) return Reason::too_many_fields;
    if (equal_ignoring_case(option, "close")) {
      asks_close_ = true;
    } else if (equal_ignoring_case(option, "keep-alive")) {
      asks_keep_alive_ = true;
    } else if (equal_ignoring_case(option, "upgrade")) {
      asks_upgrade_ = true;
    } else {
      connection_names_fields_ = true;
    }
  }
  return Reason::none;
}

const Field* FieldList::find(std::string_view name) const {
  for (const Field& field : all()) {
    if (equal_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

const Field* FieldList::find(FieldKind kind) const {
  if (!has(kind)) return nullptr;
  for (const Field& field : all()) {
    if (field.kind == kind) return &field;
  }
  return nullptr;
}

bool FieldList::has_hop_by_hop() const {
  constexpr std::uint32_t kHopByHop = bit(FieldKind::connection) | bit(FieldKind::keep_alive) |
                                      bit(FieldKind::proxy_connection) | bit(FieldKind::te) |
                                      bit(FieldKind::upgrade);
  return (kinds_ & kHopByHop) != 0;
}

}  // namespace firedrill::http
