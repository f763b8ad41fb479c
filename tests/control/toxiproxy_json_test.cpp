#include "control/toxiproxy/json.h"
#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/members.h"

#include <gtest/gtest.h>

#include <string>

namespace firedrill::toxiproxy {
namespace {

std::string error_of(std::string_view text) {
  const auto json = parse_json(text);
  return json.has_error() ? json.error().what : "";
}

Json parsed(std::string_view text) {
  return parse_json(text).value();
}

TEST(LenientJson, TellsOfMistakesAsGoDoes) {
  EXPECT_EQ(error_of(""), "EOF");
  EXPECT_EQ(error_of(" \n"), "EOF");
  EXPECT_EQ(error_of("{"), "unexpected EOF");
  EXPECT_EQ(error_of(R"({"a)"), "unexpected EOF");
  EXPECT_EQ(error_of(R"({"a":1)"), "unexpected EOF");
  EXPECT_EQ(error_of("hello"), "invalid character 'h' looking for beginning of value");
  EXPECT_EQ(error_of("\xef\xbb\xbf{}"), "invalid character 'ï' looking for beginning of value");
  EXPECT_EQ(error_of("{a:1}"), "invalid character 'a' looking for beginning of object key string");
  EXPECT_EQ(error_of(R"({"a" 1})"), "invalid character '1' after object key");
  EXPECT_EQ(error_of(R"({"a":1 "b"})"), "invalid character '\"' after object key:value pair");
  EXPECT_EQ(error_of("[1 2]"), "invalid character '2' after array element");
  EXPECT_EQ(error_of("[012]"), "invalid character '1' after array element");
  EXPECT_EQ(error_of("[1.x]"), "invalid character 'x' after decimal point in numeric literal");
  EXPECT_EQ(error_of("[1e]"), "invalid character ']' in exponent of numeric literal");
  EXPECT_EQ(error_of("[-]"), "invalid character ']' in numeric literal");
  EXPECT_EQ(error_of("nil"), "invalid character 'i' in literal null (expecting 'u')");
  EXPECT_EQ(error_of("\"a\nb\""), R"(invalid character '\n' in string literal)");
  EXPECT_EQ(error_of(R"("\x")"), "invalid character 'x' in string escape code");
  EXPECT_EQ(error_of(R"("\u00g0")"), R"(invalid character 'g' in \u hexadecimal character escape)");
}

TEST(LenientJson, ReadsTheFirstValueAndNoMore) {
  EXPECT_EQ(error_of("{} trailing {"), "");
  EXPECT_EQ(parsed("  [1,2] ]").items.size(), 2U);
}

TEST(LenientJson, ReplacesWhatIsNoUnicode) {
  EXPECT_EQ(parsed("\"a\xff z\"").text, "a\xef\xbf\xbd z");
  EXPECT_EQ(parsed(R"("\ud83d\ude00")").text, "\U0001F600");
  EXPECT_EQ(parsed(R"("\ud83dx")").text, "\xef\xbf\xbdx");
  EXPECT_EQ(parsed(R"("\ud83dA")").text,
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\té")").text, "\"\\/\b\f\n\r\t\u00e9");
}

TEST(LenientJson, RefusesWhatIsTooDeepOrTooMuch) {
  EXPECT_EQ(error_of(std::string(100'000, '[')), "exceeded max depth");
  std::string many = "[0";
  for (int i = 0; i < 300'000; ++i) many += ",0";
  EXPECT_EQ(error_of(many + "]"), "too many values");
}

TEST(Members, MatchKeysInAnyCaseAndTakeTheLast) {
  const Json json = parsed(R"({"NAME":"a","name":"b","Name":null,"Other":[{}]})");
  Members members(json, "Proxy");
  EXPECT_EQ(members.string("name"), "b");
  EXPECT_EQ(members.string("listen", "as before"), "as before");
  EXPECT_EQ(members.error(), "");
}

TEST(Members, OfNullAreNone) {
  const Json json = parsed("null");
  Members members(json, "Proxy");
  EXPECT_TRUE(members.boolean("enabled", true));
  EXPECT_EQ(members.error(), "");
}

TEST(Members, TakeWholeNumbersOnlyForIntegers) {
  for (const char* text : {"1.5", "10.0", "1e3", "9223372036854775808", "\"10\"", "true"}) {
    const Json json = parsed(R"({"rate":)" + std::string(text) + "}");
    Members members(json, "BandwidthToxic.attributes");
    EXPECT_EQ(members.int64("rate", 7), 7) << text;
    EXPECT_NE(members.error(), "") << text;
  }
  const Json json = parsed(R"({"rate":-9223372036854775808})");
  EXPECT_EQ(Members(json, "").int64("rate", 0), INT64_MIN);
}

TEST(Members, TellOfTheFirstMismatchAsGoDoes) {
  const Json json = parsed(R"({"rate":1.5,"enabled":"yes","listen":5})");
  Members rate(json, "BandwidthToxic.attributes");
  rate.int64("rate", 0);
  EXPECT_EQ(rate.error(),
            "json: cannot unmarshal number 1.5 into Go struct field BandwidthToxic.attributes.rate "
            "of type int64");
  Members proxy(json, "Proxy");
  proxy.boolean("enabled", true);
  proxy.string("listen");
  EXPECT_EQ(proxy.error(),
            "json: cannot unmarshal string into Go struct field Proxy.enabled of type bool");
  const Json array = parsed("[]");
  EXPECT_EQ(Members(array, "Proxy").error(),
            "json: cannot unmarshal array into Go value of type toxiproxy.Proxy");
}

TEST(Members, TakeAnEmptyArrayForAnEmptyObject) {
  const Json json = parsed(R"({"attributes":[],"other":[1]})");
  Members members(json, "ToxicWrapper");
  EXPECT_EQ(members.object("attributes", "toxics.NoopToxic").kind, Json::Kind::null);
  EXPECT_EQ(members.error(), "");
  members.object("other", "toxics.NoopToxic");
  EXPECT_NE(members.error(), "");
}

TEST(JsonWriter, EscapesAsGoDoes) {
  EXPECT_EQ(json_string("<a&b>"), R"("\u003ca\u0026b\u003e")");
  EXPECT_EQ(json_string("\u2028\u2029é"), "\"\\u2028\\u2029é\"");
  EXPECT_EQ(json_string("\"\\\n\r\t\b\f\x01\x7f"), "\"\\\"\\\\\\n\\r\\t\\b\\f\\u0001\x7f\"");
  EXPECT_EQ(json_string("a\xff"), R"("a\ufffd")");
}

TEST(JsonWriter, WritesNumbersAsShortAsTheyCanBe) {
  EXPECT_EQ(json_number(1.0F), "1");
  EXPECT_EQ(json_number(0.2F), "0.2");
  EXPECT_EQ(json_number(1.0F / 3), "0.33333334");
  EXPECT_EQ(json_number(1e-9F), "1e-9");
  EXPECT_EQ(json_number(-1.0F), "-1");
  EXPECT_EQ(json_number(0.0F), "0");
  EXPECT_EQ(json_number(1e20), "100000000000000000000");
  EXPECT_EQ(json_number(1e21), "1e+21");
  EXPECT_EQ(json_number(1e-6), "0.000001");
  EXPECT_EQ(json_number(1.5e-17), "1.5e-17");
}

TEST(JsonWriter, KeepsTheOrderOfKeys) {
  EXPECT_EQ(JsonObject().add("b", "1").add("a", "[]").text(), R"({"b":1,"a":[]})");
  EXPECT_EQ(JsonObject().text(), "{}");
  EXPECT_EQ(JsonArray().add("1").add("2").text(), "[1,2]");
}

}  // namespace
}  // namespace firedrill::toxiproxy
