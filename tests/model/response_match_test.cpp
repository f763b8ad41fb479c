#include "proxy/model/response_match.h"

#include "tests/model/reading.h"

namespace firedrill {
namespace {

// A response with this status and these lines of fields, each ended by CRLF.
class Response {
 public:
  explicit Response(int status, std::string_view fields = "")
      : text_("HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(fields) + "\r\n") {
    EXPECT_TRUE(scanner_.scan(as_bytes(text_), http::ResponseTo::other).complete()) << text_;
  }
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  const http::ResponseHead& head() const { return scanner_.head(); }

 private:
  std::string text_;
  http::ResponseScanner scanner_;
};

// What the `response` of a match says: "" when the response is accepted.
std::string_view mismatch(std::string_view json, const Response& response) {
  const std::string match = R"({"response": )" + std::string(json) + "}";
  return match_of(Family::http, match).mismatch(response.head());
}

std::string_view key_of(std::string_view json, const Response& response) {
  Problems problems;
  const auto match = ResponseMatch::read(value_of(json), "response", problems);
  EXPECT_EQ(describe(problems), "");
  return match.mismatch(response.head());
}

TEST(ResponseMatch, WithoutPartsAsksForNothing) {
  for (const auto json : {R"({})", R"({"response": {}})", R"({"response": {"headers": []}})",
                          R"({"response": null})"}) {
    const Match match = match_of(Family::http, json);
    EXPECT_FALSE(match.asks_for_response()) << json;
    EXPECT_EQ(match.mismatch(Response(500).head()), "") << json;
  }
}

TEST(ResponseMatch, TakesStatusesRangesAndClasses) {
  constexpr auto kMatch = R"({"status": [404, "500-503", "2xx"]})";
  for (const int status : {404, 500, 501, 503, 200, 299}) {
    EXPECT_EQ(mismatch(kMatch, Response(status)), "") << status;
  }
  for (const int status : {403, 405, 499, 504, 300, 304}) {
    EXPECT_EQ(mismatch(kMatch, Response(status)), "response") << status;
  }
}

TEST(ResponseMatch, TakesOneStatusWithoutAList) {
  EXPECT_EQ(mismatch(R"({"status": 503})", Response(503)), "");
  EXPECT_EQ(mismatch(R"({"status": "503"})", Response(503)), "");
  EXPECT_EQ(mismatch(R"({"status": "200-200"})", Response(200)), "");
  EXPECT_EQ(mismatch(R"({"status": "200-599"})", Response(599)), "");
}

TEST(ResponseMatch, HeadersFollowTheOperatorsOfRequests) {
  constexpr auto kText =
      R"({"headers": [{"name": "content-type", "type": "Prefix", "value": "text/"}]})";
  EXPECT_EQ(mismatch(kText, Response(200, "Content-Type: text/html\r\n")), "");
  EXPECT_EQ(mismatch(kText, Response(200, "Content-Type: image/png\r\n")), "response");
  EXPECT_EQ(mismatch(kText, Response(200)), "response");
  constexpr auto kAbsent = R"({"headers": [{"name": "ETag", "type": "Absent"}]})";
  EXPECT_EQ(mismatch(kAbsent, Response(200)), "");
  EXPECT_EQ(mismatch(kAbsent, Response(200, "etag: x\r\n")), "response");
  constexpr auto kJoined = R"({"header": {"vary": "a, b"}})";
  EXPECT_EQ(mismatch(kJoined, Response(200, "Vary: a\r\nVary: b\r\n")), "");
  EXPECT_EQ(mismatch(kJoined, Response(200, "Vary: a\r\n")), "response");
}

TEST(ResponseMatch, NamesTheKeyThatDoesNotHold) {
  constexpr auto kMatch = R"({"status": "5xx", "header": {"a": "b"}})";
  EXPECT_EQ(key_of(kMatch, Response(200, "A: b\r\n")), "status");
  EXPECT_EQ(key_of(kMatch, Response(500)), "headers");
  EXPECT_EQ(key_of(kMatch, Response(500, "A: b\r\n")), "");
}

TEST(ResponseMatch, LeavesTheRequestToTheOtherParts) {
  const Match match = match_of(Family::http, R"({"path": "/a", "response": {"status": 500}})");
  EXPECT_TRUE(match.asks_for_response());
  EXPECT_EQ(match.mismatch(peer_at("10.0.0.9"), Request("GET /a").head()), "");
  EXPECT_EQ(match.mismatch(peer_at("10.0.0.9"), Request("GET /b").head()), "path");
}

}  // namespace
}  // namespace firedrill
