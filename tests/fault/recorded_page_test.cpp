#include "proxy/fault/recorded_page.h"

#include "proxy/fault/answer.h"
#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

std::string placeholder() {
  return std::string(kDatePlaceholder);
}

std::string problem_of(std::string_view text) {
  const auto page = parse_page(text);
  return page.has_error() ? page.error().front().what : "";
}

TEST(RecordedPage, KeepsOrderCaseAndValues) {
  const std::string text =
      "HTTP/1.1 503 Come back later\r\nsErVeR: x\r\nX-B:   1\r\ncontent-length: 2\r\nx-a: "
      "2\r\n\r\nno";
  const auto page = parse_page(text);
  ASSERT_TRUE(page) << describe(page.error());
  EXPECT_EQ(page->text, text);
  EXPECT_EQ(page->head_size, text.size() - 2);
  EXPECT_EQ(page->code, 503);
  EXPECT_FALSE(page->closes);
  EXPECT_FALSE(page->date_offset);
}

TEST(RecordedPage, MakesRoomForTheDate) {
  const auto page =
      parse_page("HTTP/1.1 503 No\r\nA: b\r\ndate: yesterday\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->text,
            "HTTP/1.1 503 No\r\nA: b\r\ndate: " + placeholder() + "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(page->text.substr(*page->date_offset, kDatePlaceholder.size()), kDatePlaceholder);
}

TEST(RecordedPage, MendsTheLengthWhereItStandsAndAddsOneThatIsMissing) {
  EXPECT_EQ(parse_page("HTTP/1.1 503 No\r\ncontent-LENGTH: 7\r\nA: b\r\n\r\nno")->text,
            "HTTP/1.1 503 No\r\ncontent-LENGTH: 2\r\nA: b\r\n\r\nno");
  EXPECT_EQ(parse_page("HTTP/1.1 503 No\r\nA: b\r\n\r\nno")->text,
            "HTTP/1.1 503 No\r\nA: b\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(parse_page("HTTP/1.1 304 Same\r\nA: b\r\n\r\n")->text,
            "HTTP/1.1 304 Same\r\nA: b\r\n\r\n");
}

TEST(RecordedPage, GetsTheLineEndsThatItsHeadLacks) {
  EXPECT_EQ(parse_page("HTTP/1.1 503 No\nA: b\n\nno\n\nmore\n")->text,
            "HTTP/1.1 503 No\r\nA: b\r\nContent-Length: 9\r\n\r\nno\n\nmore\n");
  EXPECT_EQ(problem_of("HTTP/1.1 503 No\r\nA: b\nB: c\r\n\r\n"), "is no HTTP response: bare_lf");
}

TEST(RecordedPage, ClosesWhereItSaysSoOrIsOfHttp10) {
  EXPECT_TRUE(parse_page("HTTP/1.1 503 No\r\nConnection: close\r\n\r\n")->closes);
  EXPECT_TRUE(parse_page("HTTP/1.0 503 No\r\n\r\n")->closes);
}

TEST(RecordedPage, OtherwiseHasAFormThatCloses) {
  EXPECT_EQ(closing_text(*parse_page("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno")),
            "HTTP/1.1 503 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
}

TEST(RecordedPage, IsReadStrictly) {
  EXPECT_EQ(problem_of("<html>"), "is no HTTP response: bad_version");
  EXPECT_EQ(problem_of("HTTP/1.1 503 No\r\nA: b\r\n"), "has no empty line, which ends the head");
  EXPECT_EQ(problem_of("HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "has Transfer-Encoding; write the body without chunks");
  EXPECT_EQ(problem_of("HTTP/1.1 204 No\r\n\r\nbody"),
            "has a body, which a response with this status can't have");
  EXPECT_EQ(problem_of("HTTP/1.1 100 Go on\r\n\r\n"),
            "has an interim status; it must be from 200 to 599");
}

TEST(RecordedPage, IsWhatTheFaultAnswersWith) {
  const Exchanged exchanged(
      "http.status",
      R"({"page": "HTTP/1.1 418 Short\r\nDate: x\r\nContent-Length: 0\r\n\r\nstout"})");
  const AnswerPtr answer = exchanged.request.answer;
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->status, 418);
  const std::chrono::sys_seconds now{std::chrono::seconds(1795370523)};
  EXPECT_EQ(as_text(render(*answer, AnswerPart::whole, now)),
            "HTTP/1.1 418 Short\r\nDate: Sun, 22 Nov 2026 18:02:03 GMT\r\nContent-Length: 5\r\n"
            "\r\nstout");
  EXPECT_EQ(as_text(render(*answer->closing, AnswerPart::head, now)),
            "HTTP/1.1 418 Short\r\nDate: Sun, 22 Nov 2026 18:02:03 GMT\r\nContent-Length: 5\r\n"
            "Connection: close\r\n\r\n");
}

TEST(RecordedPage, StandsAlone) {
  EXPECT_EQ(refusal("http.status", R"({"page": "HTTP/1.1 503 No\r\n\r\n", "code": 503})"),
            "with.page: stands alone: code, body, headers and persona are its own");
  EXPECT_EQ(refusal("http.status", R"({"page": "nothing"})"),
            "with.page: is no HTTP response: bad_version");
  EXPECT_EQ(refusal("http.status", "{}"), "with.code: is required");
}

}  // namespace
}  // namespace firedrill
