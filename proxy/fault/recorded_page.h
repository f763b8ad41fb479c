#pragma once

#include "proxy/codec/http/head.h"
#include "proxy/core/kind.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// A whole HTTP response that somebody has recorded, in the form of HAProxy's errorfiles: the status
// line, the header fields and the body as they are on the wire, without chunks.
struct RecordedPage {
  std::string text;  // ready to be sent, but for the time
  std::size_t head_size = 0;
  std::optional<std::size_t> date_offset = {};
  int code = 0;
  bool closes = false;  // it says that the connection ends with it
  bool operator==(const RecordedPage&) const = default;
};

// Reads it as strictly as a response of an upstream. A length that is wrong or missing is mended,
// the date gives way to a placeholder, and line ends of the head that all lack their CR, as those
// of a block of YAML do, get it.
Result<RecordedPage> parse_page(std::string_view text);

// The same page for a connection that ends with it.
std::string closing_text(const RecordedPage& page);

enum class Dates : std::uint8_t { keep, placeholder };

// A head, whose lines stay what they are but for the length, which becomes that of `body`, and the
// date; and where that is.
struct PageHead {
  std::string text;
  std::optional<std::size_t> date_offset = {};
};
PageHead page_head(const http::ResponseHead& head, std::string_view body, Dates dates);

template <>
struct Kind<RecordedPage> {
  static std::optional<RecordedPage> read(const Value& value, const std::string& path,
                                          Problems& problems);
  static std::string expected() { return "a whole HTTP response: status line, fields and body"; }
  static boost::json::object schema() { return {{"type", "string"}, {"description", expected()}}; }
  static boost::json::value write(const RecordedPage& page) {
    return boost::json::value(page.text);
  }
};

}  // namespace firedrill
