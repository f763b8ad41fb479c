#include "proxy/model/host_pattern.h"

#include "proxy/codec/http/chars.h"
#include "proxy/core/address.h"

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::size_t kLongestName = 253;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && !text.starts_with('.') &&
         text.find("..") == text.npos &&
         std::ranges::all_of(text, [](char c) { return http::is(http::kHostChar, c); });
}

bool is_bracketed_ip(std::string_view text) {
  return text.size() > 2 && text.starts_with('[') && text.ends_with(']') &&
         text.find(':') != text.npos && parse_ip(text.substr(1, text.size() - 2)).has_value();
}

}  // namespace

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

std::optional<HostPattern> HostPattern::parse(std::string_view text) {
  const bool below = text.starts_with("*.");
  const std::string_view name = below ? text.substr(2) : text;
  if (!is_name(name) && (below || !is_bracketed_ip(name))) return std::nullopt;
  std::string kept(below ? text.substr(1) : text);
  std::ranges::transform(kept, kept.begin(), http::lower);
  return HostPattern(std::move(kept));
}

bool HostPattern::matches(std::string_view host) const {
  const std::string_view name = without_port(host);
  if (!text_.starts_with('.')) return http::equal_ignoring_case(name, text_);
  return name.size() > text_.size() &&
         http::equal_ignoring_case(name.substr(name.size() - text_.size()), text_);
}

std::optional<HostPattern> Kind<HostPattern>::read(const Value& value, const std::string& path,
                                                   Problems& problems) {
  if (const std::string* text = kind::word(value)) {
    if (auto pattern = HostPattern::parse(*text)) return pattern;
  }
  return kind::refuse(value, path, expected(), problems);
}

}  // namespace firedrill
