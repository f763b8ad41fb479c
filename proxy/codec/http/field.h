#pragma once

#include "proxy/codec/http/reason.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace firedrill::http {

// The fields that decide where a message ends, where it goes and what must not be sent on.
enum class FieldKind : std::uint8_t {
  other,
  host,
  content_length,
  transfer_encoding,
  connection,
  keep_alive,
  proxy_connection,
  te,
  trailer,
  upgrade,
  expect,
  authorization,
};

struct Field {
  std::string_view name;   // as written
  std::string_view value;  // without the whitespace around it
  std::string_view line;   // the whole line, with its CRLF
  FieldKind kind = FieldKind::other;
};

// FieldKind of a name, whatever its case.
FieldKind kind_of(std::string_view name);

// True for a name that is neither Content-Length nor Transfer-Encoding, but that a lax recipient
// could take for it: the same letters and digits with other punctuation ("content_length").
bool looks_like_framing(std::string_view name);

// The comma-separated elements of a list value, without whitespace; empty elements are skipped.
// Usage: for (ListReader list(value); auto element = list.next(); !element.empty();) ...
class ListReader {
 public:
  explicit ListReader(std::string_view value) : rest_(value) {}

  // The next element, or "" at the end.
  std::string_view next();

 private:
  std::string_view rest_;
};

// The field section of a head, strictly read: one pass, views into the bytes, no allocation. It is
// made for reuse: each scan forgets the one before.
class FieldList {
 public:
  static constexpr std::size_t kCapacity = 100;

  // Every one of them may have to be compared with every field, so there must not be thousands.
  static constexpr std::size_t kMostConnectionOptions = 64;

  // Reads the lines of [at, end) up to and with the empty one. Every rule on single fields and on
  // their number is applied here; the rules that need the start line are the head's.
  [[nodiscard]] Scan scan(const char* at, const char* end, std::size_t most);

  // Where the section ended: after the empty line. Only after a complete scan.
  const char* end() const { return end_; }

  std::span<const Field> all() const { return {fields_.data(), count_}; }

  // The first field of this name, whatever its case, or null.
  const Field* find(std::string_view name) const;
  const Field* find(FieldKind kind) const;

  bool has(FieldKind kind) const { return (kinds_ & bit(kind)) != 0; }

  // True when at least one field is of a kind that a proxy must look at before sending it on.
  bool has_hop_by_hop() const;

  // The value of the one Content-Length; 0 when there is none.
  std::uint64_t content_length() const { return content_length_; }

  // What the Connection fields ask for.
  bool asks_close() const { return asks_close_; }
  bool asks_keep_alive() const { return asks_keep_alive_; }
  bool asks_upgrade() const { return asks_upgrade_; }

  // True when they hold options beside these three, so fields that must not be sent on.
  bool connection_names_fields() const { return connection_names_fields_; }

 private:
  static constexpr std::uint32_t bit(FieldKind kind) { return 1U << static_cast<unsigned>(kind); }
  void clear();
  Reason take(const Field& field);
  Reason take_content_length(std::string_view value);
  Reason take_connection(std::string_view value);

  std::array<Field, kCapacity> fields_;
  std::size_t count_ = 0;
  std::uint32_t kinds_ = 0;
  std::uint64_t content_length_ = 0;
  std::size_t connection_options_ = 0;
  bool asks_close_ = false;
  bool asks_keep_alive_ = false;
  bool asks_upgrade_ = false;
  bool connection_names_fields_ = false;
  const char* end_ = nullptr;
};

}  // namespace firedrill::http
