#include "control/config/yaml.h"
#include "control/config/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Value plain(std::string text) {
  return Value(Value::Text{Value::Scalar::plain, std::move(text)});
}
Value number(std::string text) {
  return Value(Value::Text{Value::Scalar::number, std::move(text)});
}

// The only problem of a refused text.
Problem refusal(const Result<Value>& result) {
  if (result.has_value()) {
    ADD_FAILURE() << "was accepted";
    return {};
  }
  EXPECT_THAT(result.error(), SizeIs(1));
  return result.error().front();
}

TEST(Yaml, ReadsMapsListsAndScalarsInOrder) {
  const auto value = parse_yaml("b: [1, two]\na:\n  - x: y\n").value();
  const Value wanted(Value::Map{
      {"b", Value(Value::List{plain("1"), plain("two")})},
      {"a", Value(Value::List{Value(Value::Map{{"x", plain("y")}})})},
  });
  EXPECT_EQ(value, wanted);
}

TEST(Yaml, TellsQuotedScalarsFromPlainOnes) {
  const auto value = parse_yaml("a: 10\nb: \"10\"\nc: '10'\nd: |\n  10\n").value();
  EXPECT_EQ(*value.find("a"), plain("10"));
  EXPECT_EQ(*value.find("b"), Value::string("10"));
  EXPECT_EQ(*value.find("c"), Value::string("10"));
  EXPECT_EQ(*value.find("d"), Value::string("10\n"));
}

TEST(Yaml, ReadsNullHoweverItIsWritten) {
  const auto value = parse_yaml("a: ~\nb: null\nc:\nd: \"~\"\n").value();
  EXPECT_TRUE(value.find("a")->is_null());
  EXPECT_TRUE(value.find("b")->is_null());
  EXPECT_TRUE(value.find("c")->is_null());
  EXPECT_EQ(*value.find("d"), Value::string("~"));
}

TEST(Yaml, ReadsAnEmptyTextAsNull) {
  EXPECT_TRUE(parse_yaml("").value().is_null());
  EXPECT_TRUE(parse_yaml("# only a comment\n").value().is_null());
}

TEST(Yaml, RemembersWhereEachNodeAndKeyStands) {
  const auto value = parse_yaml("proxies:\n  - name: shop\n    listen: x\n").value();
  const Value& proxy = value.find("proxies")->list()->front();
  EXPECT_EQ(proxy.find("listen")->at(), (Position{3, 13}));
  EXPECT_EQ((*proxy.map())[1].at, (Position{3, 5}));
  EXPECT_EQ(proxy.at(), (Position{2, 5}));
}

TEST(Yaml, ReadsJsonWithTabs) {
  const auto value = parse_yaml("{\n\t\"a\":[1,\t\"x\"],\n\t\"b\":null}\n").value();
  EXPECT_EQ(*value.find("a"), Value(Value::List{plain("1"), Value::string("x")}));
  EXPECT_TRUE(value.find("b")->is_null());
}

TEST(Yaml, ReadsJsonThatOnlyAJsonParserTakes) {
  const std::string key(2000, 'k');
  const auto value = parse_yaml("{\"" + key + "\": \"\\ud83d\\ude00\"}").value();
  EXPECT_EQ(*value.find(key), Value::string("\xf0\x9f\x98\x80"));
}

TEST(Yaml, RefusesADuplicateKeyWithItsPathAndPlace) {
  const auto problem = refusal(parse_yaml("proxies:\n  - a: 1\n  - b: 1\n    b: 2\n"));
  EXPECT_EQ(problem.path, "proxies[1].b");
  EXPECT_EQ(problem.what, "is a duplicate key");
  EXPECT_EQ(problem.at, (Position{4, 5}));
}

TEST(Yaml, ReportsEveryMistake) {
  const auto result = parse_yaml("a: &x 1\nb: !!str 2\na: 3\n");
  ASSERT_TRUE(result.has_error());
  EXPECT_THAT(result.error(), SizeIs(3));
}

TEST(Yaml, RefusesAnchors) {
  EXPECT_THAT(refusal(parse_yaml("a: &x 1\n")).what, HasSubstr("anchors"));
}

TEST(Yaml, RefusesARecursiveAlias) {
  const auto result = parse_yaml("a: &x [*x]\n");
  ASSERT_TRUE(result.has_error());
  EXPECT_THAT(result.error(), SizeIs(2));
  EXPECT_THAT(result.error()[1].what, HasSubstr("aliases"));
}

TEST(Yaml, RefusesTags) {
  EXPECT_THAT(refusal(parse_yaml("a: !!str 1\n")).what, HasSubstr("tags"));
  EXPECT_THAT(refusal(parse_yaml("a: !own [1]\n")).what, HasSubstr("tags"));
}

TEST(Yaml, RefusesMergeKeysButNotTheirQuotedText) {
  EXPECT_THAT(refusal(parse_yaml("a:\n  <<: {b: 1}\n")).what, HasSubstr("merge keys"));
  EXPECT_TRUE(parse_yaml("\"<<\": 1\n").has_value());
}

TEST(Yaml, RefusesASecondDocument) {
  const auto problem = refusal(parse_yaml("a: 1\n---\nb: 2\n"));
  EXPECT_THAT(problem.what, HasSubstr("second document"));
  EXPECT_EQ(problem.at.line, 2);
}

TEST(Yaml, RefusesKeysThatAreNoText) {
  EXPECT_EQ(refusal(parse_yaml("? [a]\n: b\n")).what, "a key must be text");
  EXPECT_EQ(refusal(parse_yaml("~: b\n")).what, "a key must be text");
}

TEST(Yaml, TurnsASyntaxErrorIntoAProblemWithItsPlace) {
  const auto problem = refusal(parse_yaml("a: 1\nb: [1, 2\nc: 3\n"));
  EXPECT_THAT(problem.what, HasSubstr("is not valid YAML"));
  EXPECT_GT(problem.at.line, 1);
}

TEST(Yaml, RefusesMoreThanItsLimits) {
  EXPECT_THAT(refusal(parse_yaml("abc", {.bytes = 2})).what, HasSubstr("larger than 2 bytes"));
  EXPECT_THAT(refusal(parse_yaml("[[[]]]", {.depth = 2})).what, HasSubstr("2 levels"));
  EXPECT_THAT(refusal(parse_yaml("[1, 2, 3]", {.nodes = 3})).what, HasSubstr("3 values"));
  EXPECT_TRUE(parse_yaml("[[]]", {.depth = 2}).has_value());
  EXPECT_TRUE(parse_yaml("[1, 2]", {.nodes = 3}).has_value());
}

TEST(Yaml, StopsAtTheDepthLimitOfALongRunOfBrackets) {
  const std::string text = std::string(400, '[') + std::string(400, ']');
  EXPECT_THAT(refusal(parse_yaml(text)).what, HasSubstr("32 levels"));
  EXPECT_TRUE(parse_yaml(std::string(1'000'000, '[')).has_error());
}

TEST(Yaml, RefusesControlCharactersAndBadUtf8) {
  const auto problem = refusal(parse_yaml("a: 1\nb: \x04\n"));
  EXPECT_THAT(problem.what, HasSubstr("control characters"));
  EXPECT_EQ(problem.at, (Position{2, 4}));
  for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_TRUE(parse_yaml(bad).has_error());
  }
  EXPECT_TRUE(parse_yaml("a: \xe2\x82\xac\n").has_value());
}

TEST(JsonText, ReadsEveryKindOfValue) {
  const auto value = parse_json(R"({"a": [1, "x", true, null], "b": {}})").value();
  const Value wanted(Value::Map{
      {"a", Value(Value::List{number("1"), Value::string("x"),
                              Value(Value::Text{Value::Scalar::boolean, "true"}), Value()})},
      {"b", Value(Value::Map{})},
  });
  EXPECT_EQ(value, wanted);
}

TEST(JsonText, KeepsNumbersAsTheyWereWritten) {
  const auto value = parse_json("[1.50, -0, 1e3, 123456789012345678901234567890]").value();
  EXPECT_THAT(*value.list(), ElementsAre(number("1.50"), number("-0"), number("1e3"),
                                         number("123456789012345678901234567890")));
}

TEST(JsonText, RefusesDuplicateKeysAtAnyDepth) {
  const auto problem = refusal(parse_json("{\"a\":\n{\"b\": 1, \"b\": 2}}"));
  EXPECT_EQ(problem.path, "a.b");
  EXPECT_EQ(problem.what, "is a duplicate key");
  EXPECT_EQ(problem.at.line, 2);
}

TEST(JsonText, TurnsASyntaxErrorIntoAProblemWithItsPlace) {
  const auto problem = refusal(parse_json("{\n  \"a\": ?}"));
  EXPECT_THAT(problem.what, HasSubstr("is not valid JSON"));
  EXPECT_EQ(problem.at, (Position{2, 8}));
}

TEST(JsonText, RefusesWhatFollowsTheDocument) {
  EXPECT_THAT(refusal(parse_json("{} x")).what, HasSubstr("is not valid JSON"));
  EXPECT_TRUE(parse_json("{} \n").has_value());
}

TEST(JsonText, RefusesAnEmptyOrUnfinishedText) {
  EXPECT_TRUE(parse_json("").has_error());
  EXPECT_TRUE(parse_json("[1").has_error());
  EXPECT_TRUE(parse_json("\"\xff\"").has_error());
}

TEST(JsonText, RefusesMoreThanItsLimits) {
  EXPECT_THAT(refusal(parse_json("\"abc\"", {.bytes = 2})).what, HasSubstr("larger than 2 bytes"));
  EXPECT_THAT(refusal(parse_json("[[[]]]", {.depth = 2})).what, HasSubstr("2 levels"));
  EXPECT_THAT(refusal(parse_json("[1,2,3]", {.nodes = 3})).what, HasSubstr("3 values"));
  EXPECT_THAT(refusal(parse_json(std::string(100'000, '['))).what, HasSubstr("32 levels"));
}

}  // namespace
}  // namespace firedrill
