#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::toxiproxy {

// Values as Go's encoder writes them: no white space, `<`, `>`, `&`, U+2028 and U+2029 escaped,
// other characters as they are, and what is no UTF-8 as \ufffd.
std::string json_string(std::string_view text);

// The shortest text that reads back as the same number: 0.33333334, 1, 1e-9.
std::string json_number(float number);
std::string json_number(double number);

// The text of one object, key by key in the order in which they are given.
class JsonObject {
 public:
  // `value` is JSON already.
  JsonObject& add(std::string_view key, std::string_view value);
  std::string text() const { return text_ + '}'; }

 private:
  std::string text_ = "{";
};

// The text of one array of texts that are JSON already.
class JsonArray {
 public:
  JsonArray& add(std::string_view value);
  std::string text() const { return text_ + ']'; }

 private:
  std::string text_ = "[";
};

}  // namespace firedrill::toxiproxy
