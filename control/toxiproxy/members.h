#pragma once

#include "control/toxiproxy/json.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::toxiproxy {

// Reads the members of one object as Go's decoder fills a struct: keys match in any case, of
// several with one name the last counts, null is as if the member were not there, and what nobody
// asks for is ignored. The first member of another type is the error, in Go's words.
class Members {
 public:
  // What the struct is called in errors, with a path behind it if it is a part of another:
  // "Proxy", or "BandwidthToxic.attributes". `json` must outlive this; null has no members.
  Members(const Json& json, std::string name);

  // Each gives `otherwise` when there is no such member, or another error.
  std::string string(std::string_view key, std::string otherwise = {});
  bool boolean(std::string_view key, bool otherwise);
  std::int64_t int64(std::string_view key, std::int64_t otherwise);
  double float64(std::string_view key, double otherwise);
  float float32(std::string_view key, float otherwise);

  // The member as it stands; null when there is none. An empty array is also an empty object, as
  // which PHP writes it.
  const Json& object(std::string_view key, std::string_view type);
  const Json& array(std::string_view key, std::string_view type);

  const std::string& error() const { return error_; }  // "" for none

 private:
  const Json* find(std::string_view key);
  const Json* find(std::string_view key, Json::Kind kind, std::string_view type);
  template <class Number>
  Number number(std::string_view key, std::string_view type, Number otherwise);
  void refuse(const Json& json, std::string_view key, std::string_view type);

  const Json& json_;
  std::string name_;
  std::string error_;
};

// What Go calls a value of that kind: "string", "number", "bool", "object", "array".
std::string_view kind_name(Json::Kind kind);

}  // namespace firedrill::toxiproxy
