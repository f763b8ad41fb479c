#include "proxy/codec/event/corruption.h"
#include "proxy/codec/json/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using Outcomes = std::set<std::string>;

constexpr std::uint64_t kSeeds = 500;

std::optional<std::string> corrupted(std::string_view payload, const Corruption& corruption,
                                     std::uint64_t seed = 1) {
  Rng rng(seed);
  return corrupt(payload, corruption, rng);
}

// Everything that some seed makes of `payload`.
Outcomes outcomes(std::string_view payload, const Corruption& corruption) {
  Outcomes all;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
    all.insert(corrupted(payload, corruption, seed).value_or("<nothing>"));
  return all;
}

Corruption type_change(std::string_view pointer) {
  return {.damage = Damage::type_change, .pointer = json::Pointer::parse(pointer)};
}

TEST(JsonTruncate, CutsStrictlyInsideTheValue) {
  EXPECT_THAT(outcomes("{\"a\"} ", {}), ElementsAre("{", "{\"", "{\"a", "{\"a\""));
  EXPECT_THAT(outcomes(" [1]\n", {}), ElementsAre(" [", " [1"));
  EXPECT_THAT(outcomes("true", {}), ElementsAre("t", "tr", "tru"));
}

TEST(JsonTruncate, NeverLeavesJson) {
  for (const auto payload : {"1", "123456", "-1", "1.5e10", "\"abc\"", "{\"a\":[1,2,{}]}", "{}x",
                             "1 2 3", "[] []", "", " "}) {
    for (const auto& left : outcomes(payload, {}))
      EXPECT_FALSE(json::survey(left)) << payload << " became " << left;
  }
}

TEST(JsonTruncate, RepeatsWithItsSeed) {
  const std::string_view payload = R"({"order":{"id":17,"items":["a","b","c"]}})";
  EXPECT_EQ(corrupted(payload, {}, 42), corrupted(payload, {}, 42));
  EXPECT_GT(outcomes(payload, {}).size(), 30u);
}

TEST(TypeChange, GivesEveryOtherTypeAndTouchesNothingElse) {
  EXPECT_THAT(
      outcomes(R"({ "a" : 12, "b":1 })", type_change("/a")),
      ElementsAre(R"({ "a" : "12", "b":1 })", R"({ "a" : [], "b":1 })", R"({ "a" : null, "b":1 })",
                  R"({ "a" : true, "b":1 })", R"({ "a" : {}, "b":1 })"));
  EXPECT_THAT(outcomes(R"(["x"])", type_change("/0")),
              ElementsAre("[0]", "[[]]", "[null]", "[true]", "[{}]"));
  EXPECT_THAT(outcomes(R"([{"x":1}])", type_change("/0")),
              ElementsAre(R"([""])", "[0]", "[[]]", "[null]", "[true]"));
}

TEST(TypeChange, TakesTheFirstScalarWithoutAPointer) {
  const Corruption corruption{.damage = Damage::type_change};
  for (const auto& outcome : outcomes(R"({"a":[{},"x"],"b":2})", corruption)) {
    EXPECT_TRUE(outcome.starts_with(R"({"a":[{},)")) << outcome;
    EXPECT_TRUE(outcome.ends_with(R"(],"b":2})")) << outcome;
    EXPECT_NE(outcome, R"({"a":[{},"x"],"b":2})");
  }
}

TEST(TypeChange, DoesNothingWhereThereIsNoSuchValue) {
  EXPECT_EQ(corrupted("{}", type_change("/a")), std::nullopt);
  EXPECT_EQ(corrupted("{}", {.damage = Damage::type_change}), std::nullopt);
  EXPECT_EQ(corrupted("hello", type_change("")), std::nullopt);
}

TEST(Empty, LeavesNothing) {
  EXPECT_EQ(corrupted("{\"a\":1}", {.damage = Damage::empty}), "");
}

TEST(BadUtf8, StandsInsideTheFirstString) {
  const auto with = [](BadUtf8 bad_utf8) {
    return corrupted(R"({"a":1,"b":"x\"","c":"y"})",
                     {.damage = Damage::utf8, .bad_utf8 = bad_utf8});
  };
  EXPECT_EQ(with(BadUtf8::lone_continuation), "{\"a\":1,\"b\":\"x\\\"\x80\",\"c\":\"y\"}");
  EXPECT_EQ(with(BadUtf8::overlong), "{\"a\":1,\"b\":\"x\\\"\xc0\xaf\",\"c\":\"y\"}");
  EXPECT_EQ(with(BadUtf8::surrogate), "{\"a\":1,\"b\":\"x\\\"\xed\xa0\x80\",\"c\":\"y\"}");
  EXPECT_EQ(with(BadUtf8::truncated_seq), "{\"a\":1,\"b\":\"x\\\"\xe2\x82\",\"c\":\"y\"}");
}

TEST(BadUtf8, StandsInAKeyOrAtTheEndForWantOfAString) {
  const Corruption corruption{.damage = Damage::utf8};
  EXPECT_EQ(corrupted("{\"a\":1}", corruption), "{\"a\x80\":1}");
  EXPECT_EQ(corrupted("[1]", corruption), "[1]\x80");
  EXPECT_EQ(corrupted("hello", corruption), "hello\x80");
}

}  // namespace
}  // namespace firedrill::event
