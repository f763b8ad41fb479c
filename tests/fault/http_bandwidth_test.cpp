#include "tests/fault/staged_body.h"

namespace firedrill {
namespace {

using namespace test;

using Durations = std::vector<Duration>;

StagedBody staged(std::string_view rate) {
  return {Exchanged("http.bandwidth", R"({"rate": ")" + std::string(rate) + R"("})"), 5};
}

TEST(HttpBandwidth, SendsPiecesOfTenMilliseconds) {
  StagedBody body = staged("200B/s");
  body.feed("abcde");
  EXPECT_EQ(body.out.text(), "abcde");
  EXPECT_EQ(body.due(), (Durations{10ms, 20ms, 25ms}));
  EXPECT_EQ(body.out.pieces[0].key, StagedBody::kKey);
}

TEST(HttpBandwidth, SendsNoPieceOfMoreThan16KiB) {
  StagedBody body = staged("100MB/s");
  body.feed(std::string(40'000, 'x'));
  ASSERT_EQ(body.out.pieces.size(), 3u);
  EXPECT_EQ(body.out.pieces[0].text.size(), 16_KiB);
  EXPECT_EQ(body.due().back(), 400us);
}

TEST(HttpBandwidth, CountsFromTheEndOfWhatWasSentBefore) {
  StagedBody body = staged("100B/s");
  body.feed("ab");
  body.feed("c", 5ms);
  body.feed("d", 1s);
  EXPECT_EQ(body.due(), (Durations{10ms, 20ms, 30ms, 1010ms}));
}

TEST(HttpBandwidth, HoldsAllAtNoSpeed) {
  StagedBody body = staged("0B/s");
  body.feed("a");
  EXPECT_EQ(body.out.pieces.at(0).due, kNever);
  EXPECT_EQ(refusal("http.bandwidth", R"({"rate": "0.5B/s"})"),
            "with.rate: must be 0B/s or at least 1B/s");
}

TEST(HttpBandwidth, CannotBeDoneToAResponseWithoutABody) {
  const Exchanged fault("http.bandwidth", R"({"rate": "1B/s"})",
                        {.response = "HTTP/1.1 304 Not Modified\r\n\r\n"});
  EXPECT_EQ(fault.response_applied, Applied::no);
}

}  // namespace
}  // namespace firedrill
