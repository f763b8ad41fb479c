#include "proxy/fault/body_template.h"

#include "proxy/codec/http/header_value.h"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::string_view kHeader = "header.";
constexpr std::array<std::string_view, 5> kNames{"method", "path", "query", "host", "status"};

bool is_known(std::string_view placeholder) {
  return std::ranges::find(kNames, placeholder) != kNames.end() ||
         (placeholder.starts_with(kHeader) && placeholder.size() > kHeader.size());
}

// Gives the value of a placeholder to `use`.
template <class Use>
void with_value(std::string_view placeholder, const http::RequestHead& request, int status,
                Use use) {
  if (placeholder == "method") return use(request.method);
  if (placeholder == "path") return use(request.target.path);
  if (placeholder == "query") return use(request.target.query);
  if (placeholder == "host") return use(request.host);
  if (placeholder == "status") return use(std::to_string(status));
  const http::HeaderValue value(request.fields, placeholder.substr(kHeader.size()));
  use(value.text().value_or(""));
}

}  // namespace

BodyTemplate::BodyTemplate(std::string_view text) {
  for (;;) {
    const std::size_t begin = text.find("${");
    Part& part =
        parts_.emplace_back(Part{.literal = std::string(text.substr(0, begin)), .placeholder = {}});
    if (begin == text.npos) return;
    const std::size_t end = text.find('}', begin);
    part.placeholder = text.substr(begin + 2, end == text.npos ? end : end - begin - 2);
    if (end == text.npos || !is_known(part.placeholder)) break;
    text.remove_prefix(end + 1);
  }
  wrong_ = "has the placeholder \"${" + parts_.back().placeholder.substr(0, 40);
  wrong_.append(
      "\"; there are ${method}, ${path}, ${query}, ${host}, ${header.NAME} and ${status}");
}

std::string BodyTemplate::fill(const http::RequestHead& request, int status) const {
  std::string filled;
  for (const auto& [literal, placeholder] : parts_) {
    filled.append(literal);
    if (placeholder.empty()) continue;
    with_value(placeholder, request, status, [&](std::string_view value) {
      std::ranges::copy_if(value, std::back_inserter(filled), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7f;
      });
    });
  }
  return filled;
}

}  // namespace firedrill
