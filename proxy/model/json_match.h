#pragma once

#include "proxy/codec/json/condition.h"
#include "proxy/core/value.h"
#include "proxy/model/regex.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// What must be true of a payload that is JSON, by JSON Pointer. A bare value means `eq`:
//
//   {"/kind": refund, "/order/total": {gt: 100, lt: 200}, "/state": {in: [new, late]},
//    "/note": {exists: false}, "/id": {regex: "A-\\d+"}}
//
// Everything written must hold. Types count: 1 is not "1". What is missing meets nothing but
// `exists: false`; a payload that is not JSON meets nothing at all. `regex` is about the whole of a
// string.
class JsonMatch {
 public:
  // Matches every payload.
  JsonMatch() = default;
  static JsonMatch read(const Value& value, const std::string& path, Problems& problems);

  bool accepts(std::string_view payload) const;

 private:
  struct Test {
    std::vector<json::Condition> any_of = {};
    std::optional<Regex> regex = {};  // instead of conditions: of the string at `pointer`
    json::Pointer pointer = {};

    bool holds(std::string_view payload) const;
  };
  friend class JsonTestReader;

  std::vector<Test> tests_;
};

}  // namespace firedrill
