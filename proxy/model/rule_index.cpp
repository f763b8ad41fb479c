#include "proxy/model/rule_index.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/header_value.h"

#include <algorithm>

namespace firedrill {
namespace {

// FNV-1a, which can be read off after each byte.
constexpr std::uint64_t kBasis = 0xcbf29ce484222325u;
constexpr std::uint64_t kPrime = 0x100000001b3u;

constexpr std::uint64_t mix(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * kPrime;
}

std::size_t elements(std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count(path, '/'));
}

}  // namespace

void DnsRuleIndex::add(RulePtr rule) {
  const Match& match = rule->match;
  const auto position = table_.add(rule);
  by_key_.emplace(rule->key, position);
  if (match.dns_names().empty()) RuleTable::append(unnamed_, position);
  using Kind = dns::NamePattern::Kind;
  for (const dns::NamePattern& name : match.dns_names()) {
    if (name.kind() != Kind::below) RuleTable::append(exact_[name.hash()], position);
    if (name.kind() != Kind::exact) RuleTable::append(below_[name.hash()], position);
  }
}

const Rule* DnsRuleIndex::find(std::uint64_t key) const {
  const auto found = by_key_.find(key);
  return found != by_key_.end() ? table_[found->second].get() : nullptr;
}

void HttpRuleIndex::add(RulePtr rule) {
  const auto keys = rule->match.http_keys();
  const auto position = table_.add(std::move(rule));
  if (keys.empty() || std::ranges::any_of(keys, too_deep)) {
    RuleTable::append(unnamed_, position);
    return;
  }
  for (const RequestKey& key : keys) {
    RuleTable::append(list_of(key), position);
    if (key.part == RequestKey::Part::prefix) deepest_ = std::max(deepest_, elements(key.text));
  }
}

RuleTable::Positions& HttpRuleIndex::list_of(const RequestKey& key) {
  switch (key.part) {
    case RequestKey::Part::path:
      return exact_[hash_of(key.text)];
    case RequestKey::Part::prefix:
      return prefix_[hash_of(key.text)];
    case RequestKey::Part::host:
      return host_[hash_of_name(key.text)];
    case RequestKey::Part::header:
      return header_[hash_of_name(key.name)][hash_of(key.text)];
  }
  return unnamed_;
}

bool HttpRuleIndex::too_deep(const RequestKey& key) {
  return key.part == RequestKey::Part::prefix && elements(key.text) > kDeepest;
}

std::uint64_t HttpRuleIndex::hash_of(std::string_view text) {
  std::uint64_t hash = kBasis;
  for (const char c : text) hash = mix(hash, c);
  return hash;
}

std::uint64_t HttpRuleIndex::hash_of_name(std::string_view name) {
  std::uint64_t hash = kBasis;
  for (const char c : name) hash = mix(hash, http::lower(c));
  return hash;
}

// One for each element: before the next slash, and at the end. That of everything is no key.
void HttpRuleIndex::add_prefixes(Walk& walk, std::string_view path) const {
  std::uint64_t hash = kBasis;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      if (i > 0) walk.add(prefix_, hash);
      if (depth++ == deepest_) return;
    }
    hash = mix(hash, path[i]);
  }
  walk.add(prefix_, hash);
}

// The lines of one header are looked up joined, with the first of them.
void HttpRuleIndex::add_headers(Walk& walk, const http::FieldList& fields) const {
  for (const http::Field& field : fields.all()) {
    const auto values = header_.find(hash_of_name(field.name));
    if (values == header_.end() || fields.find(field.name) != &field) continue;
    const http::HeaderValue value(fields, field.name);
    walk.add(values->second, hash_of(*value.text()));
  }
}

}  // namespace firedrill
