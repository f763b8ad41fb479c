#include "proxy/model/http_match.h"

#include "proxy/codec/http/head.h"
#include "proxy/model/alternatives.h"

#include <algorithm>

namespace firedrill {
namespace {

std::vector<RequestPattern> read_patterns(Fields& fields, std::string_view key) {
  std::vector<RequestPattern> patterns;
  const Value* value = fields.optional(key);
  if (value == nullptr) return patterns;
  const auto* list = value->list();
  if (list == nullptr) {
    kind::refuse(*value, fields.path_of(key), "a list of maps", fields.problems());
    return patterns;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = fields.path_of(key) + "[" + std::to_string(i) + "]";
    patterns.push_back(RequestPattern::read((*list)[i], path, fields.problems()));
  }
  return patterns;
}

// The path that a request must fit, when an index can look it up.
const PathMatcher* indexable(const RequestPattern& pattern) {
  const auto& path = pattern.path();
  return path && path->type() != PathMatcher::Type::regular_expression ? &*path : nullptr;
}

}  // namespace

HttpMatch HttpMatch::read(Fields& fields) {
  HttpMatch match;
  match.hosts_ = read_alternatives<HostPattern>(fields, "hostnames", "host");
  match.pattern_ = RequestPattern::read(fields);
  match.any_of_ = read_patterns(fields, "matches");
  match.none_of_ = read_patterns(fields, "except");
  const Value* any_of = fields.optional("matches");
  if (any_of != nullptr && any_of->list() != nullptr && any_of->list()->empty()) {
    fields.complain("matches", "must not be empty; leave it out to match everything");
  }
  return match;
}

std::string_view HttpMatch::mismatch(const http::RequestHead& head) const {
  const auto host_fits = [&](const HostPattern& host) { return host.matches(head.host); };
  const auto fits = [&](const RequestPattern& pattern) { return pattern.matches(head); };
  if (!hosts_.empty() && std::ranges::none_of(hosts_, host_fits)) return "hostnames";
  if (const auto key = pattern_.mismatch(head); !key.empty()) return key;
  if (!any_of_.empty() && std::ranges::none_of(any_of_, fits)) return "matches";
  return std::ranges::any_of(none_of_, fits) ? "except" : "";
}

std::vector<PathMatcher> HttpMatch::paths() const {
  if (const PathMatcher* own = indexable(pattern_)) return {*own};
  std::vector<PathMatcher> paths;
  for (const RequestPattern& pattern : any_of_) {
    const PathMatcher* path = indexable(pattern);
    if (path == nullptr) return {};
    paths.push_back(*path);
  }
  return paths;
}

}  // namespace firedrill
