#include "proxy/fault/json_edit.h"
#include "tests/fault/http_fault.h"

#include <algorithm>

namespace firedrill {
namespace {

using namespace test;

constexpr std::string_view kPost =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\n";
constexpr std::string_view kEncoded =
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n";

// What a BodyEdit makes of a payload; "-" when it can't be edited.
std::string edited(std::string_view with, std::string_view payload) {
  const Exchanged exchanged("http.body", with);
  EXPECT_EQ(exchanged.response_applied, Applied::yes);
  const auto bytes = exchanged.response.edit.body(as_bytes(payload));
  return bytes ? std::string(as_text(*bytes)) : "-";
}

TEST(HttpBody, ReplacesThePayloadOnceAndKnowsItsLength) {
  Exchanged exchanged("http.body", R"({"replace": "other"})");
  EXPECT_EQ(exchanged.response.edit.stage->length(100), 5u);
  EXPECT_EQ(exchanged.response.edit.stage->length(std::nullopt), 5u);
  const BodyOutput output = sent(std::move(exchanged.response.edit.stage), {"one", "two"});
  EXPECT_EQ(output.text(), "other");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST(HttpBody, ReplacesAnEmptyPayloadToo) {
  Exchanged exchanged("http.body", R"({"replace": "other"})");
  EXPECT_EQ(sent(std::move(exchanged.response.edit.stage), {}).text(), "other");
}

TEST(HttpBody, Empties) {
  Exchanged exchanged("http.body", R"({"empty": true})");
  EXPECT_EQ(exchanged.response.edit.stage->length(100), 0u);
  const BodyOutput output = sent(std::move(exchanged.response.edit.stage), {"one"});
  EXPECT_EQ(output.text(), "");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST(HttpBody, GarblesAShareOfTheBytesAndKeepsTheirNumber) {
  const std::string payload(10'000, 'x');
  Exchanged exchanged("http.body", R"({"garble": "10%"})");
  EXPECT_EQ(exchanged.response.edit.stage->length(100), 100u);
  const std::string text = sent(std::move(exchanged.response.edit.stage), {payload}).text();
  EXPECT_EQ(text.size(), payload.size());
  EXPECT_NEAR(static_cast<double>(std::ranges::count(text, 'x')), 9'000, 150);
}

TEST(HttpBody, GarblesEveryByteWhenAsked) {
  Exchanged exchanged("http.body", R"({"garble": 1})");
  const std::string text = sent(std::move(exchanged.response.edit.stage), {"xxxx", "xxxx"}).text();
  EXPECT_EQ(text.size(), 8u);
  EXPECT_EQ(std::ranges::count(text, 'x'), 0);
}

TEST(HttpBody, SetsAndRemovesJsonValuesAndKeepsTheOtherBytes) {
  EXPECT_EQ(edited(R"({"json": [{"pointer": "/total", "set": -1.50},
                                {"pointer": "/items/0", "remove": true}]})",
                   "{\"items\": [1,  2], \"total\" : 7}\n"),
            "{\"items\": [2], \"total\" : -1.5}\n");
}

TEST(HttpBody, SetsJsonValuesOfAnyType) {
  const auto set = [](std::string value) {
    return edited(R"({"json": {"pointer": "/a", "set": )" + value + "}}", R"({"a":0})");
  };
  EXPECT_EQ(set("null"), R"({"a":null})");
  EXPECT_EQ(set("true"), R"({"a":true})");
  EXPECT_EQ(set(R"("true")"), R"({"a":"true"})");
  EXPECT_EQ(set(R"("a\"b")"), R"({"a":"a\"b"})");
  EXPECT_EQ(set(R"({"b": [1, {}, []], "c": "d"})"), R"({"a":{"b":[1,{},[]],"c":"d"}})");
}

TEST(HttpBody, APlainYamlScalarIsTheJsonThatItSpells) {
  const auto set = [](std::string text) {
    Value::Map map;
    map.push_back({.key = "pointer", .value = Value::string("/a")});
    map.push_back({.key = "set", .value = Value(Value::Text{Value::Scalar::plain, text})});
    Problems problems;
    return Kind<json::Edit>::read(Value(std::move(map)), "at", problems)->value.value_or("-");
  };
  EXPECT_EQ(set("1.0"), "1.0");
  EXPECT_EQ(set("true"), "true");
  EXPECT_EQ(set("12 apples"), R"("12 apples")");
}

TEST(HttpBody, LeavesAPayloadThatItCanNotEditAlone) {
  constexpr std::string_view kSet = R"({"json": [{"pointer": "/a", "set": 1}]})";
  EXPECT_EQ(edited(kSet, "<html>"), "-");
  EXPECT_EQ(edited(kSet, R"({"b": 1})"), "-");
  EXPECT_EQ(edited(kSet, ""), "-");
}

TEST(HttpBody, CanNotBeDoneWhereThereIsNoBody) {
  const auto applied = [](std::string_view request, std::string_view response) {
    return Exchanged("http.body", R"({"replace": "x"})", {.request = request, .response = response})
        .response_applied;
  };
  constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(
      applied("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
      Applied::no);
  EXPECT_EQ(applied(kGet, "HTTP/1.1 204 No Content\r\n\r\n"), Applied::no);
  EXPECT_EQ(applied(kGet, "HTTP/1.1 304 Not Modified\r\n\r\n"), Applied::no);
  EXPECT_EQ(applied(kGet, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Applied::yes);
}

TEST(HttpBody, DoesNotReadJsonThatIsEncoded) {
  const Exchanged exchanged("http.body", R"({"json": [{"pointer": "/a", "set": 1}]})",
                            {.response = kEncoded});
  EXPECT_EQ(exchanged.response_applied, Applied::no);
  EXPECT_TRUE(exchanged.response.edit.empty());
}

TEST(HttpBody, AnotherTextIsNotEncodedAsTheFirstWas) {
  const Exchanged exchanged("http.body", R"({"replace": "x", "content_type": "text/x"})",
                            {.response = kEncoded});
  EXPECT_EQ(Exchanged::edited(exchanged.response.edit, kEncoded),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/x\r\n\r\n");
}

TEST(HttpBody, GarbledBytesStayEncoded) {
  const Exchanged exchanged("http.body", R"({"garble": "1%"})", {.response = kEncoded});
  EXPECT_EQ(Exchanged::edited(exchanged.response.edit, kEncoded), kEncoded);
}

TEST(HttpBody, ActsOnTheSideItIsGiven) {
  const auto edits = [](Direction direction) {
    const Exchanged exchanged("http.body", R"({"replace": "x"})",
                              {.request = kPost, .direction = direction});
    return std::pair(!exchanged.request.edit.empty(), !exchanged.response.edit.empty());
  };
  EXPECT_EQ(edits(Direction::request), std::pair(true, false));
  EXPECT_EQ(edits(Direction::response), std::pair(false, true));
  EXPECT_EQ(edits(Direction::both), std::pair(true, true));
  const auto spec = compile("http.body", R"({"replace": "x"})").spec;
  EXPECT_TRUE(spec->waits_for_response(Direction::response));
  EXPECT_FALSE(spec->waits_for_response(Direction::request));
  EXPECT_FALSE(spec->waits_for_response(Direction::both));
}

TEST(HttpBody, CanNotBeDoneToARequestWithoutABody) {
  const Exchanged exchanged("http.body", R"({"replace": "x"})", {.direction = Direction::request});
  EXPECT_EQ(exchanged.request_applied, Applied::no);
  EXPECT_TRUE(exchanged.request.edit.empty());
}

TEST(HttpBody, RefusesWhatItDoesNotKnow) {
  const auto refused = [](std::string_view with) { return refusal("http.body", with); };
  constexpr auto kOne =
      "with.replace: must be given, or one of empty, garble and json instead of it";
  EXPECT_EQ(refused("{}"), kOne);
  EXPECT_EQ(refused(R"({"replace": "x", "garble": "1%"})"), kOne);
  EXPECT_EQ(refused(R"({"empty": false})"), "with.empty: must be true, or left out");
  EXPECT_EQ(refused(R"({"garble": 0})"), "with.garble: must be more than 0");
  EXPECT_EQ(refused(R"({"replace": "x", "content_type": "a\r\nb"})"),
            "with.content_type: must be a media type such as application/json");
}

TEST(HttpBody, RefusesJsonEditsThatMakeNoSense) {
  const auto refused = [](std::string_view edit) {
    return refusal("http.body", std::string(R"({"json": [)").append(edit).append("]}"));
  };
  constexpr auto kOne = "with.json[0].set: must be given, or remove: true instead of it";
  EXPECT_EQ(refused(R"({"pointer": "/a"})"), kOne);
  EXPECT_EQ(refused(R"({"pointer": "/a", "set": 1, "remove": true})"), kOne);
  EXPECT_EQ(refused(R"({"pointer": "a", "set": 1})"),
            "with.json[0].pointer: must be a JSON Pointer such as /order/total, not \"a\"");
  EXPECT_EQ(refused(R"({"pointer": "", "remove": true})"),
            "with.json[0].pointer: must name a part of the document to remove");
  EXPECT_EQ(refused(R"({"set": 1})"), "with.json[0].pointer: is required");
}

}  // namespace
}  // namespace firedrill
