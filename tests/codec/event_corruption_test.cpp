#include "proxy/codec/event/corruption.h"
#include "proxy/codec/json/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace firedrill::event {
namespace {

using namespace std::string_literals;
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

Corruption at_pointer(Damage damage, std::string_view pointer, std::string text = {}) {
  return {.damage = damage, .pointer = json::Pointer::parse(pointer), .text = std::move(text)};
}

TEST(JsonUnbalanced, TakesOneClosingBracketOrQuoteAway) {
  const Corruption damage{.damage = Damage::json_unbalanced};
  EXPECT_THAT(outcomes(R"({"a":["b\""]})", damage),
              testing::UnorderedElementsAre(R"({"a":["b\""])", R"({"a":["b\""})", R"({"a":["b\"]})",
                                            R"({"a:["b\""]})"));
  EXPECT_EQ(corrupted("17", damage), std::nullopt);
  EXPECT_EQ(corrupted("{", damage), std::nullopt);
}

TEST(JsonTrailing, AddsABracketBehindTheValue) {
  EXPECT_EQ(corrupted("{} ", {.damage = Damage::json_trailing}), "{}} ");
  EXPECT_EQ(corrupted("x", {.damage = Damage::json_trailing}), std::nullopt);
}

TEST(JsonNan, ReplacesANumber) {
  EXPECT_EQ(corrupted(R"({"a":"1","b":[ 2.5,3]})", {.damage = Damage::json_nan}),
            R"({"a":"1","b":[ NaN,3]})");
  EXPECT_EQ(corrupted(R"({"b":[2,3]})", at_pointer(Damage::json_nan, "/b/1")), R"({"b":[2,NaN]})");
  EXPECT_EQ(corrupted(R"({"b":"2"})", at_pointer(Damage::json_nan, "/b")), std::nullopt);
}

TEST(JsonDuplicateKey, RepeatsTheFirstKeyWithAnotherValue) {
  const Corruption damage{.damage = Damage::json_duplicate_key};
  EXPECT_EQ(corrupted(R"([{ "a":{"b":1} }])", damage), R"([{ "a":{"b":1},"a":null }])");
  EXPECT_EQ(corrupted(R"({"a":null,"c":2})", damage), R"({"a":null,"a":0,"c":2})");
  EXPECT_EQ(corrupted("[1]", damage), std::nullopt);
}

TEST(JsonDeep, WrapsTheValueInArrays) {
  EXPECT_EQ(corrupted("7", {.damage = Damage::json_deep, .count = 3}), "[[[7]]]");
}

TEST(FieldDrop, LeavesNoCommaBehind) {
  const auto drop = [](std::string_view payload, std::string_view pointer) {
    return corrupted(payload, at_pointer(Damage::field_drop, pointer));
  };
  EXPECT_EQ(drop(R"({"a":1, "b":2})", "/a"), R"({"b":2})");
  EXPECT_EQ(drop(R"({"a":1 , "b":2 })", "/b"), R"({"a":1  })");
  EXPECT_EQ(drop(R"({ "a":1 })", "/a"), R"({  })");
  EXPECT_EQ(drop("[1,2,3]", "/1"), "[1,3]");
  EXPECT_EQ(drop(R"({"a":{"b":[1]}})", "/a/b"), R"({"a":{}})");
  EXPECT_EQ(drop("{}", "/a"), std::nullopt);
  EXPECT_EQ(drop("{}", ""), std::nullopt);
}

TEST(FieldRename, ChangesTheKeyOnly) {
  EXPECT_EQ(corrupted(R"({ "a" : [1] })", at_pointer(Damage::field_rename, "/a", "x\"y")),
            R"({ "x\"y" : [1] })");
  EXPECT_EQ(corrupted("[1]", at_pointer(Damage::field_rename, "/0", "x")), std::nullopt);
}

TEST(FieldSet, PutsAnotherValueInItsPlace) {
  EXPECT_EQ(corrupted(R"({"a": 1 })", at_pointer(Damage::field_set, "/a", "[]")), R"({"a": [] })");
  EXPECT_EQ(corrupted(R"({"a": 1 })", at_pointer(Damage::field_set, "/b", "[]")), std::nullopt);
}

TEST(FieldUnknown, AddsAFieldToAnObject) {
  const auto payload = corrupted(R"([{"a":1}])", {.damage = Damage::field_unknown}).value();
  EXPECT_THAT(payload, testing::MatchesRegex(R"(\[\{"[a-z]{8}":true,"a":1\}\])"));
  EXPECT_TRUE(json::survey(corrupted("{ }", {.damage = Damage::field_unknown}).value()));
  EXPECT_EQ(corrupted("[1]", {.damage = Damage::field_unknown}), std::nullopt);
}

TEST(NumberRange, PutsANumberThatDoesNotFit) {
  const auto number = [](BadNumber bad_number) {
    return corrupted(R"({"a":"x","n":12})",
                     {.damage = Damage::number_range, .bad_number = bad_number});
  };
  EXPECT_EQ(number(BadNumber::inexact), R"({"a":"x","n":9007199254740993})");
  EXPECT_EQ(number(BadNumber::negative), R"({"a":"x","n":-1})");
  EXPECT_EQ(number(BadNumber::overflow), R"({"a":"x","n":1e400})");
}

TEST(EnumUnknown, PutsAnotherWord) {
  EXPECT_THAT(corrupted(R"({"state":"paid"})", {.damage = Damage::enum_unknown}).value(),
              testing::MatchesRegex(R"(\{"state":"[a-z]{8}"\})"));
}

TEST(TimeSkew, MovesTimesOfEitherKind) {
  using namespace std::chrono_literals;
  const auto skewed = [](std::string_view value, Duration skew) {
    const std::string payload = R"({"t":)" + std::string(value) + "}";
    Corruption damage = at_pointer(Damage::time_skew, "/t");
    damage.skew = skew;
    const auto moved = corrupted(payload, damage);
    return moved ? moved->substr(5, moved->size() - 6) : "<nothing>";
  };
  EXPECT_EQ(skewed(R"("2024-02-28T23:30:00.125+02:00")", 1h), R"("2024-02-29T00:30:00.125+02:00")");
  EXPECT_EQ(skewed(R"("2024-01-01 00:00:00Z")", -1s), R"("2023-12-31 23:59:59Z")");
  EXPECT_EQ(skewed("1700000000", -1h), "1699996400");
  EXPECT_EQ(skewed("1700000000.25", 1h), "1700003600.25");
  EXPECT_EQ(skewed("1700000000000", 1h), "1700003600000");
  EXPECT_EQ(skewed("1700000000000000", 1ms), "1700000000001000");
  EXPECT_EQ(skewed("1700000000000000000", 1us), "1700000000000001000");
  EXPECT_EQ(skewed("17", 1h), "<nothing>");
  EXPECT_EQ(skewed(R"("2024-02-30T00:00:00Z")", 1h), "<nothing>");
  EXPECT_EQ(skewed(R"("0000-01-01T00:00:00Z")", -24h), "<nothing>");
  EXPECT_EQ(skewed("[]", 1h), "<nothing>");
}

TEST(Oversize, PadsInsideAStringWhereThereIsOne) {
  const auto padded = [](std::string_view payload, std::size_t size) {
    return corrupted(payload, {.damage = Damage::oversize, .size = size, .fill = '.'});
  };
  EXPECT_EQ(padded(R"({"a":"b"})", 12), R"({"a":"b..."})");
  EXPECT_EQ(padded("text", 6), "text..");
  EXPECT_EQ(padded("text", 4), std::nullopt);
}

TEST(Truncate, LeavesTheFront) {
  EXPECT_EQ(corrupted("12345", {.damage = Damage::truncate, .size = 2}), "12");
  EXPECT_EQ(corrupted("12345", {.damage = Damage::truncate, .share = 0.5}), "12");
  EXPECT_EQ(corrupted("12345", {.damage = Damage::truncate, .size = 5}), std::nullopt);
}

TEST(Bytes, ThatDoNotBelongStandWhereTheyHurt) {
  EXPECT_EQ(corrupted("{}", {.damage = Damage::bom}), "\xef\xbb\xbf{}");
  EXPECT_EQ(corrupted(R"(["a"])", {.damage = Damage::nul}), std::string("[\"a\0\"]", 6));
  EXPECT_EQ(corrupted(R"(["a"])", {.damage = Damage::control_chars}), "[\"a\x01\x1b\x7f\"]");
}

TEST(BitFlip, ChangesThatManyBits) {
  const std::string payload(64, 'a');
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto damaged = corrupted(payload, {.damage = Damage::bit_flip, .count = 5}, seed).value();
    int bits = 0;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      bits += __builtin_popcount(static_cast<unsigned char>(payload[i] ^ damaged[i]));
    }
    ASSERT_EQ(bits, 5) << "seed " << seed;
  }
  EXPECT_EQ(corrupted("", {.damage = Damage::bit_flip}), std::nullopt);
}

TEST(RandomBytes, ReplaceOrFollow) {
  EXPECT_EQ(corrupted("0123456789", {.damage = Damage::random, .count = 3}).value().size(), 10u);
  const auto longer = corrupted("012", {.damage = Damage::append, .count = 3}).value();
  EXPECT_EQ(longer.size(), 6u);
  EXPECT_TRUE(longer.starts_with("012"));
}

TEST(WrongEncoding, IsRightInItself) {
  const auto encoded = [](std::string_view payload, Encoding encoding) {
    return corrupted(payload, {.damage = Damage::encoding, .encoding = encoding}).value();
  };
  EXPECT_EQ(encoded("ab", Encoding::base64), "YWI=");
  EXPECT_EQ(encoded("abc", Encoding::base64), "YWJj");
  EXPECT_EQ(encoded("a\xe2\x82\xac", Encoding::utf16), "\xff\xfe" + std::string("a\0\xac\x20", 4));
  EXPECT_EQ(encoded("\xf0\x9f\x98\x80", Encoding::utf16), "\xff\xfe\x3d\xd8\x00\xde"s);
  // What gzip -0 makes of it but for the time and the system: CRC-32 of "abc" is 352441c2.
  EXPECT_EQ(encoded("abc", Encoding::gzip),
            "\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x03\0\xfc\xff"
            "abc\xc2\x41\x24\x35\x03\0\0\0"s);
}

}  // namespace
}  // namespace firedrill::event
