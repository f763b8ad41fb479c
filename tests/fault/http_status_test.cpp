#include "proxy/fault/answer.h"
#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

// 22 November 2026, 18:02:03.
constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1795370523)};

// A fault with the answer that it gives to any request.
struct Answered {
  explicit Answered(std::string_view with) : exchanged("http.status", with) {}
  const Answer& answer() const { return *exchanged.request.answer; }
  std::string text(AnswerPart part = AnswerPart::whole) const { return text_of(answer(), part); }
  std::string closing() const { return text_of(*answer().closing, AnswerPart::whole); }

  static std::string text_of(const Answer& answer, AnswerPart part) {
    return std::string(as_text(render(answer, part, kNow)));
  }

  Exchanged exchanged;
};

TEST(HttpStatus, AnswersPlainlyWithTheGivenBody) {
  const Answered fault(R"({"code": 503, "body": "down"})");
  EXPECT_EQ(
      fault.text(),
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n"
      "down");
  EXPECT_EQ(fault.answer().status, 503);
  EXPECT_FALSE(fault.answer().reach_upstream);
}

TEST(HttpStatus, HasAFormForConnectionsThatClose) {
  const Answered fault(R"({"code": 500, "body": "x"})");
  EXPECT_EQ(
      fault.closing(),
      "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n"
      "Connection: close\r\n\r\nx");
  EXPECT_EQ(fault.answer().closing->closing, nullptr);
}

TEST(HttpStatus, GivesAHeadRequestTheHeadAlone) {
  const Answered fault(R"({"code": 503, "body": "down"})");
  EXPECT_EQ(
      fault.text(AnswerPart::head),
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n");
}

TEST(HttpStatus, LeavesOutTheBodyWhereHttpHasNone) {
  EXPECT_EQ(Answered(R"({"code": 204})").text(), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(Answered(R"({"code": 304})").text(), "HTTP/1.1 304 Not Modified\r\n\r\n");
  EXPECT_EQ(Answered(R"({"code": 205})").text(),
            "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(refusal("http.status", R"({"code": 204, "body": "x"})"),
            "with.body: is not possible: a response with this code has no body");
}

TEST(HttpStatus, TakesCodesWithoutAPhrase) {
  EXPECT_EQ(Answered(R"({"code": 599})").text(),
            "HTTP/1.1 599 \r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpStatus, RefusesInterimAndImpossibleCodes) {
  EXPECT_EQ(refusal("http.status", R"({"code": 100})"),
            "with.code: must be from 200 to 599, not \"100\"");
  EXPECT_EQ(refusal("http.status", R"({"code": 600})"),
            "with.code: must be from 200 to 599, not \"600\"");
  EXPECT_EQ(refusal("http.status", "{}"), "with.code: is required");
}

TEST(HttpStatus, AddsHeadersInTheirOrderAndReplacesItsOwn) {
  const Answered fault(R"({"code": 429, "body": "{}", "headers":
      ["Retry-After: 5", "content-type:  application/json", "Set-Cookie: a=1",
       "Set-Cookie: b=2"]})");
  EXPECT_EQ(
      fault.text(),
      "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\nContent-Length: 2\r\n"
      "Retry-After: 5\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n{}");
}

TEST(HttpStatus, TakesHeadersAsAMap) {
  EXPECT_EQ(Answered(R"({"code": 503, "headers": {"Retry-After": 120}})").text(),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"
            "Retry-After: 120\r\n\r\n");
}

TEST(HttpStatus, RefusesHeadersThatBreakTheMessage) {
  const auto refused = [](std::string_view headers) {
    return refusal("http.status", R"({"code": 503, "headers": )" + std::string(headers) + "}");
  };
  EXPECT_EQ(refused(R"(["X: a\r\nY: b"])"),
            "with.headers[0]: has a control character, which HTTP does not allow in a header");
  EXPECT_EQ(refused(R"(["X Y: a"])"),
            "with.headers[0]: has a header name that HTTP does not allow");
  EXPECT_EQ(refused(R"(["nothing"])"),
            "with.headers[0]: must be a text such as \"Retry-After: 5\", not \"nothing\"");
  EXPECT_EQ(refused(R"({"content-length": "5"})"),
            "with.headers.content-length: frames the message, which has to stay as it is");
}

TEST(HttpStatus, PutsAnOwnBodyUnderThePersonasHead) {
  const Answered fault(R"({"code": 503, "persona": "haproxy", "body": "hello"})");
  EXPECT_EQ(fault.text(),
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 5\r\n"
            "content-type: text/plain\r\n\r\nhello");
}

TEST(HttpStatus, HasOnlyTheClosingFormWhereThePersonaCloses) {
  const Answered fault(R"({"code": 500, "persona": "nginx"})");
  EXPECT_NE(fault.text().find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(fault.answer().closing, nullptr);
}

TEST(HttpStatus, MayReachTheUpstreamFirst) {
  EXPECT_TRUE(Answered(R"({"code": 503, "reach": "upstream"})").answer().reach_upstream);
}

TEST(HttpStatus, PutsTheTimeOfSendingWhereThePersonaHasOne) {
  const Answered fault(R"({"code": 502, "persona": "nginx"})");
  EXPECT_NE(fault.text().find("\r\nDate: Sun, 22 Nov 2026 18:02:03 GMT\r\n"), std::string::npos);
  EXPECT_EQ(Answered(R"({"code": 502})").answer().date_offset, Answer::kNoDate);
}

TEST(HttpStatus, ADateOfTheOperatorsStays) {
  const Answered fault(R"({"code": 502, "persona": "nginx", "headers": {"Date": "yesterday"}})");
  EXPECT_NE(fault.text().find("\r\nDate: yesterday\r\n"), std::string::npos);
  EXPECT_EQ(fault.answer().date_offset, Answer::kNoDate);
}

TEST(HttpStatus, FillsATemplateForEachRequest) {
  const Exchanged fault("http.status", R"({"code": 404, "body": "no ${path}", "template": true})",
                        {.request = "GET /carts/7 HTTP/1.1\r\nHost: a\r\n\r\n"});
  EXPECT_EQ(Answered::text_of(*fault.request.answer, AnswerPart::whole),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n"
            "no /carts/7");
  EXPECT_EQ(Answered::text_of(*fault.response.answer, AnswerPart::head),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n");
}

TEST(HttpStatus, RefusesATemplateThatItCannotFill) {
  EXPECT_EQ(refusal("http.status", R"({"code": 404, "template": true})"),
            "with.body: is required for a template");
  EXPECT_EQ(refusal("http.status", R"({"code": 404, "template": true, "body": "${x}"})"),
            "with.body: has the placeholder \"${x\"; there are ${method}, ${path}, ${query}, "
            "${host}, ${header.NAME} and ${status}");
}

TEST(HttpStatus, TakesPlaceholdersForTextUnlessItIsATemplate) {
  EXPECT_NE(Answered(R"({"code": 404, "body": "${x}"})").text().find("\r\n\r\n${x}"),
            std::string::npos);
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(http_date(std::chrono::sys_seconds{}), kDatePlaceholder);
  EXPECT_EQ(http_date(std::chrono::sys_seconds{std::chrono::seconds(784111777)}),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(kNow).size(), kDatePlaceholder.size());
}

}  // namespace
}  // namespace firedrill
