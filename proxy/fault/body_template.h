#pragma once

#include "proxy/codec/http/head.h"

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// A text with placeholders for what a request says: ${method}, ${path}, ${query}, ${host},
// ${header.NAME}, and ${status} for that of the response.
class BodyTemplate {
 public:
  explicit BodyTemplate(std::string_view text);

  // What is wrong with the text, or "": a placeholder that nobody knows, or that has no end.
  const std::string& wrong() const { return wrong_; }

  // The text with the values in it: as they came, but without control characters.
  std::string fill(const http::RequestHead& request, int status) const;

 private:
  struct Part {
    std::string literal;      // before the placeholder
    std::string placeholder;  // "" after the last
  };

  std::vector<Part> parts_;
  std::string wrong_;
};

}  // namespace firedrill
