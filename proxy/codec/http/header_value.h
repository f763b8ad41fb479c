#pragma once

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/field.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::http {

// What a message says in the lines of one header: the value of the only line as it stands in the
// head, or those of several joined by ", ".
class HeaderValue {
 public:
  HeaderValue(const FieldList& fields, std::string_view name) {
    for (const Field& field : fields.all()) {
      if (!equal_ignoring_case(field.name, name)) continue;
      if (lines_++ == 0) {
        first_ = field.value;
        continue;
      }
      if (lines_ == 2) joined_ = first_;
      joined_.append(", ").append(field.value);
    }
  }

  std::optional<std::string_view> text() const {
    if (lines_ == 0) return std::nullopt;
    return lines_ == 1 ? first_ : std::string_view(joined_);
  }

 private:
  std::size_t lines_ = 0;
  std::string_view first_;
  std::string joined_;
};

}  // namespace firedrill::http
