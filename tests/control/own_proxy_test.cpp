// Faults that answer with the address of a proxy of ours.

#include "tests/control/open_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill {
namespace {

using testing::HasSubstr;

constexpr std::string_view kProxies =
    "proxies:\n"
    "  - {name: names, protocol: dns, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
    "  - {name: web, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
    "  - {name: other, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
    "  - {name: everywhere, protocol: http, listen: 0.0.0.0:0, upstream: 127.0.0.1:1}\n"
    "faults:\n"
    "  - {name: split, proxy: names, type: dns.answer, ";

std::string with_fault(std::string_view fault) {
  return std::string(kProxies).append(fault).append("}\n");
}

Problems mistakes(std::string_view fault) {
  const auto config = read_config(parse_yaml(with_fault(fault)).value());
  return config.has_error() ? config.error() : Problems{};
}

TEST(OwnProxy, IsLookedForInEachVariant) {
  const Problems problems =
      mistakes("variants: [{with: {self: web}}, {with: {self: wbe}}, {with: {self: everywhere}}]");
  ASSERT_EQ(problems.size(), 2u) << describe(problems);
  EXPECT_EQ(problems[0].path, "faults[0].variants[1].with.self");
  EXPECT_THAT(problems[0].what, HasSubstr("there is no proxy \"wbe\"; did you mean \"web\"?"));
  EXPECT_EQ(problems[1].path, "faults[0].variants[2].with.self");
  EXPECT_THAT(problems[1].what, HasSubstr("listens on all addresses"));
  EXPECT_EQ(problems[1].at.line, 7);
}

TEST(OwnProxy, ThatIsCommonToVariantsIsWrongWhereItStands) {
  const Problems problems =
      mistakes("with: {self: gone}, variants: [{with: {self: web}}, {with: {ttl: 1s}}, {}]");
  ASSERT_EQ(problems.size(), 1u) << describe(problems);
  EXPECT_EQ(problems[0].path, "faults[0].with.self");
}

TEST(OwnProxy, OfAnyVariantCanNotBeRemoved) {
  OpenStore store(with_fault("variants: [{with: {self: web}}, {with: {self: other}}]"));
  const auto removed = store->remove_proxy("other", {});
  ASSERT_TRUE(removed.has_error());
  EXPECT_EQ(removed.error().kind, Refusal::Kind::conflict);
  EXPECT_NE(store->find_proxy("other"), nullptr);
  EXPECT_TRUE(store->remove_proxy("everywhere", {}));
}

}  // namespace
}  // namespace firedrill
