#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

std::string bytes_of(const AnswerPtr& answer) {
  return std::string(as_text(answer->bytes));
}

TEST(HttpGarbage, SendsSixtyFourBytesThatAreNoStatusLine) {
  const Exchanged fault("http.garbage", "{}");
  const Answer& answer = *fault.request.answer;
  EXPECT_EQ(answer.bytes.size(), 64u);
  EXPECT_GE(answer.bytes.front(), std::byte{0x80});
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.ending, Answer::Ending::fin);
  EXPECT_FALSE(answer.reach_upstream);
}

TEST(HttpGarbage, SendsAsManyBytesAsConfigured) {
  EXPECT_EQ(Exchanged("http.garbage", R"({"bytes": "2KiB"})").request.answer->bytes.size(), 2048u);
  EXPECT_EQ(refusal("http.garbage", R"({"bytes": 0})"),
            "with.bytes: must be from 1B to 64KiB, not \"0\"");
}

TEST(HttpGarbage, SendsThemAfterHeadToo) {
  const Exchanged fault("http.garbage", "{}");
  const Bytes sent = render(*fault.request.answer, AnswerPart::head, {});
  EXPECT_EQ(sent.size(), 64u);
}

TEST(HttpGarbage, DrawsThemAnewForEachRequest) {
  const Compiled fault = compile("http.garbage", "{}");
  http::RequestScanner scanner;
  ASSERT_TRUE(scanner.scan(as_bytes("GET / HTTP/1.0\r\n\r\n")).complete());
  const auto draw = [&](Rng rng) {
    RequestVerdict verdict;
    fault.spec->on_request({.head = scanner.head(), .direction = {}, .client = {}, .now = kStart},
                           verdict, rng);
    return bytes_of(verdict.answer);
  };
  EXPECT_EQ(draw(Rng(1)), draw(Rng(1)));
  EXPECT_NE(draw(Rng(1)), draw(Rng(2)));
}

TEST(HttpGarbage, MayReachTheUpstreamFirst) {
  const Exchanged fault("http.garbage", R"({"reach": "upstream", "bytes": 3})");
  EXPECT_TRUE(fault.request.answer->reach_upstream);
  EXPECT_EQ(fault.response.answer->bytes.size(), 3u);
}

}  // namespace
}  // namespace firedrill
