#include "proxy/codec/json/condition.h"
#include "proxy/codec/json/survey.h"

#include <gtest/gtest.h>

namespace firedrill::json {
namespace {

// The text of the value at `pointer`, or what kept it from being found.
std::string at(std::string_view text, std::string_view pointer) {
  const auto parsed = Pointer::parse(pointer);
  if (!parsed) return "<bad pointer>";
  const auto place = locate(text, *parsed);
  return place ? std::string(place->in(text)) : "<nothing>";
}

bool valid(std::string_view text) {
  return survey(text).has_value();
}

bool holds(std::string_view pointer, Predicate predicate, Operand operand,
           std::string_view payload) {
  return json::holds(
      {.pointer = *Pointer::parse(pointer), .predicate = predicate, .operand = std::move(operand)},
      payload);
}

TEST(JsonPointer, FollowsTheExamplesOfRfc6901) {
  const std::string_view text = R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,)"
                                R"("g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  EXPECT_EQ(at(text, ""), text);
  EXPECT_EQ(at(text, "/foo"), R"(["bar","baz"])");
  EXPECT_EQ(at(text, "/foo/0"), R"("bar")");
  EXPECT_EQ(at(text, "/"), "0");
  EXPECT_EQ(at(text, "/a~1b"), "1");
  EXPECT_EQ(at(text, "/c%d"), "2");
  EXPECT_EQ(at(text, "/e^f"), "3");
  EXPECT_EQ(at(text, "/g|h"), "4");
  EXPECT_EQ(at(text, "/i\\j"), "5");
  EXPECT_EQ(at(text, "/k\"l"), "6");
  EXPECT_EQ(at(text, "/ "), "7");
  EXPECT_EQ(at(text, "/m~0n"), "8");
}

TEST(JsonPointer, RefusesWhatIsNoPointer) {
  EXPECT_FALSE(Pointer::parse("a"));
  EXPECT_FALSE(Pointer::parse("/~"));
  EXPECT_FALSE(Pointer::parse("/~2"));
  EXPECT_TRUE(Pointer::parse(""));
}

TEST(JsonPointer, FindsNothingWhereThereIsNothing) {
  EXPECT_EQ(at(R"({"a":1})", "/b"), "<nothing>");
  EXPECT_EQ(at(R"({"a":1})", "/a/b"), "<nothing>");
  EXPECT_EQ(at("[1]", "/1"), "<nothing>");
  EXPECT_EQ(at("[1]", "/00"), "<nothing>");
  EXPECT_EQ(at("[1]", "/-"), "<nothing>");
}

TEST(JsonPointer, SeesSpacesAndNesting) {
  EXPECT_EQ(at(" { \"a\" : [ 1 , { \"b\" : { \"c\" : -1.5e+3 } } ] } ", "/a/1/b/c"), "-1.5e+3");
}

TEST(JsonPointer, MatchesAKeyByWhatItsEscapesMean) {
  EXPECT_EQ(at(R"({"\u0061\n":1})", "/a\n"), "1");
}

TEST(JsonPointer, TakesTheLastOfRepeatedKeys) {
  EXPECT_EQ(at(R"({"a":1,"a":2})", "/a"), "2");
  EXPECT_EQ(at(R"({"a":{"b":1},"a":{}})", "/a/b"), "<nothing>");
}

TEST(JsonPointer, IgnoresTheSameKeyElsewhere) {
  EXPECT_EQ(at(R"({"x":{"a":1},"y":[{"a":2}],"a":3})", "/a"), "3");
}

TEST(JsonSurvey, AcceptsOnlyJson) {
  for (const auto text : {"0", "-0", "-1.25E-7", "\"\"", "true", "null", "[]", "{}", " [ ] ",
                          R"("\u00e9\"\\\/\b\f\n\r\t")", R"([1,[2,{"a":[]}]])"}) {
    EXPECT_TRUE(valid(text)) << text;
  }
  for (const auto text :
       {"",           " ",    "01",    "+1",    ".5",      "1.",       "1e",
        "-",          "tru",  "truee", "nul",   "\"",      "\"\\x\"",  "\"\\u12g4\"",
        "\"a\nb\"",   "[1,]", "[,1]",  "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}",
        "{\"a\":1,}", "[}",   "[1]]",  "{}{}",  "NaN",     "'a'",      "\xef\xbb\xbf{}"}) {
    EXPECT_FALSE(valid(text)) << text;
  }
}

TEST(JsonSurvey, BoundsTheDepth) {
  EXPECT_TRUE(valid(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(valid(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(valid(std::string(1'000'000, '[')));
}

TEST(JsonSurvey, FindsTheFirstOfEach) {
  const std::string_view text = R"( {"k":[{}, 12, "s"]} )";
  const auto found = survey(text);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->top.in(text), R"({"k":[{}, 12, "s"]})");
  EXPECT_EQ(found->top.type, Type::object);
  EXPECT_EQ(found->scalar->in(text), "12");
  EXPECT_EQ(found->string->in(text), "\"s\"");
  EXPECT_EQ(found->key->in(text), "\"k\"");
}

TEST(JsonUnquote, DecodesEscapes) {
  EXPECT_EQ(unquote(R"("\u0041\u00e9\u20ac\ud83d\ude00\/\t")"),
            "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/\t");
  EXPECT_EQ(unquote(R"("\ud83dx\ude00")"), "\xef\xbf\xbdx\xef\xbf\xbd");
}

TEST(JsonCondition, ComparesByTypeAndValue) {
  const std::string_view text = R"({"n":10,"s":"10","b":true,"z":null,"big":9007199254740993})";
  EXPECT_TRUE(holds("/n", Predicate::equal, {Type::number, "10"}, text));
  EXPECT_TRUE(holds("/n", Predicate::equal, {Type::number, "1e1"}, text));
  EXPECT_FALSE(holds("/n", Predicate::equal, {Type::number, "11"}, text));
  EXPECT_FALSE(holds("/n", Predicate::equal, {Type::string, "10"}, text));
  EXPECT_TRUE(holds("/s", Predicate::equal, {Type::string, "10"}, text));
  EXPECT_TRUE(holds("/b", Predicate::equal, {Type::boolean, "true"}, text));
  EXPECT_FALSE(holds("/b", Predicate::equal, {Type::boolean, "false"}, text));
  EXPECT_TRUE(holds("/z", Predicate::equal, {Type::null, ""}, text));
  EXPECT_TRUE(holds("/n", Predicate::not_equal, {Type::number, "11"}, text));
  EXPECT_FALSE(holds("/big", Predicate::equal, {Type::number, "9007199254740992"}, text));
}

TEST(JsonCondition, OrdersNumbersOnly) {
  const std::string_view text = R"({"n":10.5,"s":"99"})";
  EXPECT_TRUE(holds("/n", Predicate::greater, {Type::number, "10"}, text));
  EXPECT_FALSE(holds("/n", Predicate::greater, {Type::number, "10.5"}, text));
  EXPECT_TRUE(holds("/n", Predicate::less, {Type::number, "11"}, text));
  EXPECT_FALSE(holds("/n", Predicate::less, {Type::number, "10.5"}, text));
  EXPECT_FALSE(holds("/s", Predicate::greater, {Type::number, "1"}, text));
}

TEST(JsonCondition, TellsWhetherAValueExists) {
  EXPECT_TRUE(holds("/a", Predicate::exists, {}, R"({"a":null})"));
  EXPECT_FALSE(holds("/b", Predicate::exists, {}, R"({"a":null})"));
  EXPECT_TRUE(holds("/b", Predicate::absent, {}, R"({"a":null})"));
  EXPECT_FALSE(holds("/a", Predicate::absent, {}, R"({"a":null})"));
  EXPECT_FALSE(holds("/b", Predicate::not_equal, {Type::null, ""}, R"({"a":null})"));
}

TEST(JsonCondition, NeverHoldsForWhatIsNotJson) {
  EXPECT_FALSE(holds("/a", Predicate::absent, {}, "{"));
  EXPECT_FALSE(holds("", Predicate::exists, {}, "hello"));
}

}  // namespace
}  // namespace firedrill::json
