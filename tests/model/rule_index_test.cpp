#include "proxy/model/rule_index.h"

#include "proxy/core/rng.h"
#include "tests/model/reading.h"

#include <algorithm>
#include <string>
#include <vector>

namespace firedrill {
namespace {

RulePtr rule_for(Family family, std::string name, std::string_view match) {
  auto rule = std::make_shared<Rule>();
  rule->name = std::move(name);
  rule->match = match_of(family, match);
  return rule;
}

using Called = std::vector<std::string>;

Called candidates(const DnsRuleIndex& index, std::string_view name) {
  const Lookup lookup(name);
  Called names;
  index.each_candidate(lookup.question(),
                       [&](const RulePtr& rule) { names.push_back(rule->name); });
  return names;
}

Called candidates(const HttpRuleIndex& index, const Request& request) {
  Called names;
  index.each_candidate(request.head(), [&](const RulePtr& rule) { names.push_back(rule->name); });
  return names;
}

Called candidates(const HttpRuleIndex& index, const std::string& path) {
  return candidates(index, Request((path == "*" ? "OPTIONS " : "GET ") + path));
}

TEST(DnsRuleIndex, AsksOnlyWhatMayMatchInOrderAndOnce) {
  DnsRuleIndex index;
  EXPECT_TRUE(index.empty());
  index.add(rule_for(Family::dns, "below", R"({"names": ["*.example", "*.b.example"]})"));
  index.add(rule_for(Family::dns, "all", R"({"qtype": "A"})"));
  index.add(rule_for(Family::dns, "exact", R"({"name": "A.b.example"})"));
  index.add(rule_for(Family::dns, "pattern", R"({"names": ["~a.*", "c.example"]})"));
  index.add(rule_for(Family::dns, "both", R"({"names": ["a.b.example", "*.b.example"]})"));
  EXPECT_EQ(index.rules().size(), 5U);
  EXPECT_EQ(candidates(index, "a.B.example"), (Called{"below", "all", "exact", "pattern", "both"}));
  EXPECT_EQ(candidates(index, "x.example"), (Called{"below", "all", "pattern"}));
  EXPECT_EQ(candidates(index, "example"), (Called{"all", "pattern"}));
  EXPECT_EQ(candidates(index, "."), (Called{"all", "pattern"}));
}

TEST(DnsRuleIndex, FindsGlobsByTheLabelsBehindTheirWildcards) {
  DnsRuleIndex index;
  index.add(rule_for(Family::dns, "glob", R"({"name": "api-*.b.example"})"));
  index.add(rule_for(Family::dns, "within", R"({"name": ".b.example"})"));
  EXPECT_EQ(candidates(index, "x.b.example"), (Called{"glob", "within"}));
  EXPECT_EQ(candidates(index, "b.example"), (Called{"within"}));
  EXPECT_EQ(candidates(index, "x.c.example"), (Called{}));
}

TEST(DnsRuleIndex, FindsARuleByItsKey) {
  DnsRuleIndex index;
  for (const std::uint64_t key : {7U, 3U, 9U}) {
    auto rule = std::make_shared<Rule>();
    rule->key = key;
    index.add(std::move(rule));
  }
  EXPECT_EQ(index.find(3), index.rules()[1].get());
  EXPECT_EQ(index.find(9), index.rules()[2].get());
  EXPECT_EQ(index.find(4), nullptr);
}

TEST(DnsRuleIndex, WithoutRulesAsksNothing) {
  EXPECT_EQ(candidates(DnsRuleIndex(), "a.example"), Called());
}

TEST(DnsRuleIndex, TakesNamesOfAllLabels) {
  std::string deepest = "a";
  while (deepest.size() < 253) deepest += ".a";
  DnsRuleIndex index;
  Called wanted;
  for (std::string_view rest = deepest; rest.size() > 1; rest.remove_prefix(2)) {
    const std::string below(rest.substr(2));
    index.add(rule_for(Family::dns, below, R"({"name": "*.)" + below + R"("})"));
    wanted.push_back(below);
  }
  index.add(rule_for(Family::dns, "any", "{}"));
  index.add(rule_for(Family::dns, "self", R"({"name": ")" + deepest + R"("})"));
  wanted.insert(wanted.end(), {"any", "self"});
  EXPECT_EQ(candidates(index, deepest), wanted);
}

// Names from few labels, so that equal suffixes are common.
std::string random_name(Rng& rng) {
  std::string name;
  for (auto labels = rng.between(1, 4); labels > 0; --labels) {
    if (!name.empty()) name += '.';
    name += static_cast<char>('a' + rng.between(0, 3));
  }
  return name;
}

std::string random_dns_match(Rng& rng) {
  if (rng.between(0, 19) == 0) return R"({"qtype": "A"})";
  std::string names;
  for (auto count = rng.between(1, 3); count > 0; --count) {
    const auto kind = rng.between(0, 20);
    constexpr std::string_view kFronts[] = {"~.*", "*.", "*.", "*.", ".", ".", "?.", "*.?.", "**"};
    const auto front = static_cast<std::size_t>(kind);
    names += names.empty() ? "\"" : ", \"";
    if (front < std::size(kFronts)) names += kFronts[front];
    names += random_name(rng) + '"';
  }
  if (rng.between(0, 4) == 0) {
    return R"({"names": [)" + names + R"(], "expand_search": [")" + random_name(rng) + "\"]}";
  }
  return R"({"names": [)" + names + "]}";
}

TEST(DnsRuleIndex, FindsWhatAskingEachRuleFinds) {
  const auto seed = static_cast<std::uint64_t>(testing::UnitTest::GetInstance()->random_seed());
  SCOPED_TRACE("seed " + std::to_string(seed));
  Rng rng(seed);
  DnsRuleIndex index;
  for (int i = 0; i < 3000; ++i) {
    index.add(rule_for(Family::dns, std::to_string(i), random_dns_match(rng)));
  }
  std::size_t asked = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string name = random_name(rng);
    const Lookup lookup(name);
    const auto matches = [&](const RulePtr& rule) {
      return rule->match.accepts(Peer{}, lookup.question(), dns::Transport::udp);
    };
    std::vector<const Rule*> found;
    index.each_candidate(lookup.question(), [&](const RulePtr& rule) {
      ++asked;
      if (matches(rule)) found.push_back(rule.get());
    });
    std::vector<const Rule*> wanted;
    for (const RulePtr& rule : index.rules()) {
      if (matches(rule)) wanted.push_back(rule.get());
    }
    ASSERT_EQ(found, wanted) << name;
  }
  EXPECT_LT(asked, 500U * 3000U / 2) << "an index that asks every rule is none";
}

TEST(HttpRuleIndex, AsksOnlyWhatMayMatchInOrderAndOnce) {
  HttpRuleIndex index;
  index.add(rule_for(Family::http, "orders", R"({"path": "/v1/orders/"})"));
  index.add(rule_for(Family::http, "get", R"({"method": "GET"})"));
  index.add(rule_for(Family::http, "exact", R"({"path": {"type": "Exact", "value": "/v1"}})"));
  index.add(rule_for(Family::http, "root", R"({"path": "/"})"));
  index.add(
      rule_for(Family::http, "two", R"({"matches": [{"path": "/v1"}, {"path": "/v1/orders"}]})"));
  EXPECT_EQ(candidates(index, "/v1/orders/7"), (Called{"orders", "get", "root", "two"}));
  EXPECT_EQ(candidates(index, "/v1"), (Called{"get", "exact", "root", "two"}));
  EXPECT_EQ(candidates(index, "/v1/orders-old"), (Called{"get", "root", "two"}));
  EXPECT_EQ(candidates(index, "*"), (Called{"get", "root"}));
}

TEST(HttpRuleIndex, BoundsTheWorkForDeepPaths) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "/a";
  HttpRuleIndex index;
  index.add(rule_for(Family::http, "deep", R"({"path": ")" + deep + R"("})"));
  index.add(rule_for(Family::http, "top", R"({"path": "/a"})"));
  EXPECT_EQ(candidates(index, deep), (Called{"deep", "top"}));
  EXPECT_EQ(candidates(index, std::string(8000, '/')), (Called{"deep"}));
}

TEST(HttpRuleIndex, FindsHostsWhateverTheirCaseAndPort) {
  HttpRuleIndex index;
  index.add(rule_for(Family::http, "a", R"({"host": "A.example"})"));
  index.add(rule_for(Family::http, "either", R"({"hostnames": ["a.example", "b.example"]})"));
  index.add(rule_for(Family::http, "below", R"({"host": "*.example"})"));
  index.add(rule_for(Family::http, "six", R"({"host": "[::1]"})"));
  const auto asked = [&](std::string_view host) {
    return candidates(index, Request("GET /", "", host));
  };
  EXPECT_EQ(asked("a.EXAMPLE:8080"), (Called{"a", "either", "below"}));
  EXPECT_EQ(asked("b.example"), (Called{"either", "below"}));
  EXPECT_EQ(asked("c.example"), (Called{"below"}));
  EXPECT_EQ(asked("[::1]:80"), (Called{"below", "six"}));
}

TEST(HttpRuleIndex, FindsHeadersByTheirJoinedValue) {
  HttpRuleIndex index;
  index.add(rule_for(Family::http, "gold", R"({"header": {"X-Tier": "gold"}})"));
  index.add(rule_for(Family::http, "both", R"({"header": {"x-tier": "gold, tin"}})"));
  index.add(rule_for(Family::http, "empty", R"({"header": {"x-tier": ""}})"));
  index.add(rule_for(Family::http, "or", R"({"matches": [{"header": {"x-tier": "tin"}},
                                                         {"header": {"x-user": "7"}}]})"));
  const auto asked = [&](std::string_view fields) {
    return candidates(index, Request("GET /", fields));
  };
  EXPECT_EQ(asked(""), Called());
  EXPECT_EQ(asked("x-tier: gold\r\n"), (Called{"gold"}));
  EXPECT_EQ(asked("X-TIER: gold\r\na: b\r\nx-tier: tin\r\n"), (Called{"both"}));
  EXPECT_EQ(asked("x-tier:\r\n"), (Called{"empty"}));
  EXPECT_EQ(asked("x-user: 7\r\nx-tier: tin\r\n"), (Called{"or"}));
  EXPECT_EQ(asked("x-tier: Gold\r\n"), Called());
}

// As many lists as a request can select: every field is one that some rule asks for.
TEST(HttpRuleIndex, TakesHeadersOfAllFieldsAtOnce) {
  HttpRuleIndex index;
  std::string fields;
  Called wanted;
  for (std::size_t i = 1; i < http::FieldList::kCapacity; ++i) {
    const std::string name = "x-" + std::to_string(i);
    index.add(rule_for(Family::http, name, R"({"header": {")" + name + R"(": "1"}})"));
    wanted.push_back(name);
    fields += name + ": 1\r\n";
  }
  std::string path;
  for (int i = 0; i < 32; ++i) {
    path += "/a";
    index.add(rule_for(Family::http, path, R"({"path": ")" + path + R"("})"));
    wanted.push_back(path);
  }
  index.add(rule_for(Family::http, "host", R"({"host": "shop.example"})"));
  index.add(rule_for(Family::http, "any", "{}"));
  index.add(rule_for(Family::http, "exact",
                     R"({"path": {"type": "Exact", "value": ")" + path + R"("}})"));
  wanted.insert(wanted.end(), {"host", "any", "exact"});
  EXPECT_EQ(candidates(index, Request("GET " + path, fields)), wanted);
}

std::string random_path(Rng& rng) {
  std::string path;
  for (auto elements = rng.between(0, 4); elements > 0; --elements) {
    path += '/';
    for (auto letters = rng.between(0, 2); letters > 0; --letters) {
      path += static_cast<char>('a' + rng.between(0, 1));
    }
  }
  return path.empty() ? "/" : path;
}

std::string random_path_part(Rng& rng) {
  constexpr std::string_view kTypes[] = {"Exact", "PathPrefix", "RegularExpression"};
  const auto type =
      kTypes[rng.between(0, 9) == 0 ? 2 : static_cast<std::size_t>(rng.between(0, 1))];
  return R"("path": {"type": ")" + std::string(type) + R"(", "value": ")" + random_path(rng) +
         R"("})";
}

// Few values, so that requests meet them, and some that are joined of two lines.
std::string random_value(Rng& rng) {
  const auto letter = [&] { return std::string(1, static_cast<char>('p' + rng.between(0, 3))); };
  return rng.between(0, 4) == 0 ? letter() + ", " + letter() : letter();
}

std::string random_header_part(Rng& rng) {
  constexpr std::string_view kTypes[] = {"Exact", "Exact", "Exact", "Prefix", "Contains"};
  const auto type = kTypes[static_cast<std::size_t>(rng.between(0, 4))];
  const std::string name = "x-" + std::to_string(rng.between(0, 5));
  return R"("headers": [{"name": ")" + name + R"(", "type": ")" + std::string(type) +
         R"(", "value": ")" + random_value(rng) + R"("}])";
}

std::string random_host_part(Rng& rng) {
  const std::string below = rng.between(0, 9) == 0 ? "*." : "";
  return R"("hostnames": [")" + below + random_name(rng) + R"(", ")" + random_name(rng) + R"("])";
}

// Some of the parts, in the match itself and in the entries of `matches`.
std::string random_http_match(Rng& rng) {
  const auto parts = [&](bool outermost) {
    std::string all;
    const auto add = [&](const std::string& part) { all += (all.empty() ? "" : ", ") + part; };
    const auto which = rng.between(1, 7);
    if ((which & 1) != 0) add(random_path_part(rng));
    if ((which & 2) != 0) add(random_header_part(rng));
    if ((which & 4) != 0) add(outermost ? random_host_part(rng) : R"("method": "GET")");
    return all;
  };
  std::string match = parts(true);
  if (rng.between(0, 2) == 0) match += ", \"except\": [{" + random_path_part(rng) + "}]";
  if (rng.between(0, 1) == 0) return "{" + match + "}";
  const std::string entries = "\"matches\": [{" + parts(false) + "}, {" + parts(false) + "}]";
  return "{" + (rng.between(0, 1) == 0 ? entries : match + ", " + entries) + "}";
}

std::string random_fields(Rng& rng) {
  std::string fields;
  for (auto lines = rng.between(0, 6); lines > 0; --lines) {
    fields += (rng.between(0, 1) == 0 ? "X-" : "x-") + std::to_string(rng.between(0, 5)) + ": " +
              random_value(rng) + "\r\n";
  }
  return fields;
}

TEST(HttpRuleIndex, FindsWhatAskingEachRuleFinds) {
  const auto seed = static_cast<std::uint64_t>(testing::UnitTest::GetInstance()->random_seed());
  SCOPED_TRACE("seed " + std::to_string(seed));
  Rng rng(seed);
  HttpRuleIndex index;
  for (int i = 0; i < 1500; ++i) {
    index.add(rule_for(Family::http, std::to_string(i), random_http_match(rng)));
  }
  std::size_t asked = 0;
  std::size_t hits = 0;
  for (int i = 0; i < 500; ++i) {
    const Request request("GET " + random_path(rng), random_fields(rng), random_name(rng));
    const auto matches = [&](const RulePtr& rule) {
      return rule->match.accepts(Peer{}, request.head());
    };
    std::vector<const Rule*> found;
    index.each_candidate(request.head(), [&](const RulePtr& rule) {
      ++asked;
      if (matches(rule)) found.push_back(rule.get());
    });
    std::vector<const Rule*> wanted;
    for (const RulePtr& rule : index.rules()) {
      if (matches(rule)) wanted.push_back(rule.get());
    }
    hits += wanted.size();
    ASSERT_EQ(found, wanted) << request.head().raw;
  }
  EXPECT_GT(hits, 0U);
  EXPECT_LT(asked, 500U * 1500U / 2) << "an index that asks every rule is none";
}

}  // namespace
}  // namespace firedrill
