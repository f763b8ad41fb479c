#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::toxiproxy {

// Why Go's decoder would refuse a text, in its words: "unexpected EOF".
struct DecodeError {
  std::string what;
};
[[noreturn]] void throw_exception_from_error(const DecodeError& error,
                                             const boost::source_location&);

// A JSON value as Go's decoder sees it: keys may repeat, in any case, and numbers keep the text in
// which they were written.
struct Json {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  std::string text = {};               // of a number, a string, or `true` and `false`
  std::vector<std::string> keys = {};  // of an object, one for each item
  std::vector<Json> items = {};
};

// Reads the first value of `text` as Go's json.Decoder does: what follows is ignored, white space
// may come first, and what is no UTF-8 becomes U+FFFD. The errors are Go's.
boost::system::result<Json, DecodeError> parse_json(std::string_view text);

}  // namespace firedrill::toxiproxy
