#include "proxy/core/value.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace firedrill {
namespace {

Value json(std::string_view text) {
  return from_json(boost::json::parse(text));
}

TEST(Value, KeepsWhatJsonSays) {
  const std::string text = R"({"a":[1,true,"x",null],"b":{"c":-2}})";
  EXPECT_EQ(to_json(json(text)), boost::json::parse(text));
}

TEST(Value, WritesNumbersWithoutExponent) {
  ASSERT_NE(json("0.125").text(), nullptr);
  EXPECT_EQ(json("0.125").text()->text, "0.125");
  EXPECT_EQ(json("1e-7").text()->text, "0.0000001");
}

TEST(Value, TurnsAPlainScalarIntoWhatItSpells) {
  const auto plain = [](std::string text) {
    return Value(Value::Text{Value::Scalar::plain, std::move(text)});
  };
  EXPECT_EQ(to_json(plain("5")), boost::json::value(5));
  EXPECT_EQ(to_json(plain("true")), boost::json::value(true));
  EXPECT_EQ(to_json(plain("10ms")), boost::json::value("10ms"));
}

// The examples of RFC 7396, appendix A, that an object target can have.
TEST(MergePatch, DoesWhatTheRfcShows) {
  const auto merged = [](std::string_view target, std::string_view patch) {
    return to_json(merge_patch(json(target), json(patch)));
  };
  using boost::json::parse;
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":"c"})"), parse(R"({"a":"c"})"));
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"b":"c"})"), parse(R"({"a":"b","b":"c"})"));
  EXPECT_EQ(merged(R"({"a":"b"})", R"({"a":null})"), parse("{}"));
  EXPECT_EQ(merged(R"({"a":"b","b":"c"})", R"({"a":null})"), parse(R"({"b":"c"})"));
  EXPECT_EQ(merged(R"({"a":["b"]})", R"({"a":"c"})"), parse(R"({"a":"c"})"));
  EXPECT_EQ(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})"),
            parse(R"({"a":{"b":"d"}})"));
  EXPECT_EQ(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})"), parse(R"({"a":[1]})"));
  EXPECT_EQ(merged("{}", R"({"a":{"bb":{"ccc":null}}})"), parse(R"({"a":{"bb":{}}})"));
}

}  // namespace
}  // namespace firedrill
