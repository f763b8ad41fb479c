#include "proxy/model/rule_index.h"

#include <algorithm>

namespace firedrill {
namespace {

// FNV-1a, which can be read off after each byte.
constexpr std::uint64_t kBasis = 0xcbf29ce484222325u;
constexpr std::uint64_t kPrime = 0x100000001b3u;

constexpr std::uint64_t mix(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * kPrime;
}

std::size_t elements(const PathMatcher& path) {
  return static_cast<std::size_t>(std::ranges::count(path.text(), '/'));
}

}  // namespace

void DnsRuleIndex::add(RulePtr rule) {
  const Match& match = rule->match;
  const auto position = table_.add(rule);
  if (match.dns_names().empty()) RuleTable::append(unnamed_, position);
  using Kind = dns::NamePattern::Kind;
  for (const dns::NamePattern& name : match.dns_names()) {
    if (name.kind() != Kind::below) RuleTable::append(exact_[name.hash()], position);
    if (name.kind() != Kind::exact) RuleTable::append(below_[name.hash()], position);
  }
}

void HttpRuleIndex::add(RulePtr rule) {
  const auto paths = rule->match.http_paths();
  const auto position = table_.add(std::move(rule));
  const auto too_deep = [](const PathMatcher& path) {
    return path.type() == PathMatcher::Type::prefix && elements(path) > kDeepest;
  };
  if (paths.empty() || std::ranges::any_of(paths, too_deep)) {
    RuleTable::append(unnamed_, position);
    return;
  }
  for (const PathMatcher& path : paths) {
    const bool exact = path.type() == PathMatcher::Type::exact;
    RuleTable::append((exact ? exact_ : prefix_)[hash_of(path.text())], position);
    if (!exact) deepest_ = std::max(deepest_, elements(path));
  }
}

std::uint64_t HttpRuleIndex::hash_of(std::string_view path) {
  std::uint64_t hash = kBasis;
  for (const char c : path) hash = mix(hash, c);
  return hash;
}

// The prefix of everything, and then one for each element: before the next slash, and at the end.
void HttpRuleIndex::add_prefixes(Walk& walk, std::string_view path) const {
  std::uint64_t hash = kBasis;
  walk.add(prefix_, hash);
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

}  // namespace firedrill
