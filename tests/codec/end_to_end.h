#pragma once

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/field.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Which fields a proxy sends on, by the words of the rule and not by those of the code that is
// tested.
namespace firedrill::http {

inline std::string lower_case(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(), lower);
  return all;
}

inline std::set<std::string> elements_of(std::string_view value) {
  std::set<std::string> elements;
  ListReader list(value);
  for (auto one = list.next(); !one.empty(); one = list.next()) elements.insert(lower_case(one));
  return elements;
}

// The lines that must be sent on, in order.
inline std::vector<std::string> end_to_end(const FieldList& fields) {
  std::set<std::string> dropped{"connection", "keep-alive", "proxy-connection", "upgrade"};
  for (const Field& field : fields.all()) {
    if (lower_case(field.name) == "connection") dropped.merge(elements_of(field.value));
  }
  for (const auto kept : {"host", "content-length", "transfer-encoding", "authorization", "te"}) {
    dropped.erase(kept);
  }
  std::vector<std::string> lines;
  for (const Field& field : fields.all()) {
    const std::string name = lower_case(field.name);
    if (dropped.contains(name)) continue;
    if (name != "te" || lower_case(field.value) == "trailers") {
      lines.emplace_back(field.line);
    } else if (elements_of(field.value).contains("trailers")) {
      lines.push_back(std::string(field.name) + ": trailers\r\n");
    }
  }
  return lines;
}

inline std::vector<std::string> lines_of(const FieldList& fields) {
  std::vector<std::string> lines;
  for (const Field& field : fields.all()) lines.emplace_back(field.line);
  return lines;
}

}  // namespace firedrill::http
