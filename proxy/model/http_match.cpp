#include "proxy/model/http_match.h"

#include "proxy/codec/http/head.h"
#include "proxy/model/alternatives.h"

#include <algorithm>
#include <utility>

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

// Of all hosts, when each is one name.
std::vector<RequestKey> keys_of(const std::vector<HostPattern>& hosts) {
  std::vector<RequestKey> keys;
  for (const HostPattern& host : hosts) {
    const std::string* name = host.exact();
    if (name == nullptr) return {};
    keys.push_back({RequestKey::Part::host, *name});
  }
  return keys;
}

// Of all entries, when each has one.
std::vector<RequestKey> keys_of(const std::vector<RequestPattern>& patterns) {
  std::vector<RequestKey> keys;
  for (const RequestPattern& pattern : patterns) {
    auto key = pattern.key();
    if (!key) return {};
    keys.push_back(std::move(*key));
  }
  return keys;
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

std::vector<RequestKey> HttpMatch::keys() const {
  if (auto own = pattern_.key()) return {std::move(*own)};
  auto keys = keys_of(any_of_);
  return keys.empty() ? keys_of(hosts_) : keys;
}

}  // namespace firedrill
