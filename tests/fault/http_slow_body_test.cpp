#include "tests/fault/staged_body.h"

namespace firedrill {
namespace {

using namespace test;

using Durations = std::vector<Duration>;
using Texts = std::vector<std::string>;

constexpr std::string_view kFourInOneSecond = R"({"chunks": 4, "over": "1s"})";

StagedBody staged(std::string_view with, std::optional<std::uint64_t> length) {
  return {Exchanged("http.slow_body", with), length};
}

TEST(HttpSlowBody, CutsAKnownLengthIntoEqualPiecesAtEqualTimes) {
  StagedBody body = staged(kFourInOneSecond, 8);
  EXPECT_EQ(body.became, 8u);
  body.feed("abcdefgh");
  body.finish();
  EXPECT_EQ(body.pieces(), (Texts{"ab", "cd", "ef", "gh"}));
  EXPECT_EQ(body.due(), (Durations{250ms, 500ms, 750ms, 1s}));
  EXPECT_EQ(body.out.pieces[0].key, StagedBody::kKey);
  EXPECT_EQ(body.out.ended, BodyEnd::whole);
}

TEST(HttpSlowBody, CutsALengthThatDoesNotDivideAsEquallyAsCanBe) {
  StagedBody body = staged(kFourInOneSecond, 10);
  body.feed("abcdefghij");
  EXPECT_EQ(body.pieces(), (Texts{"abc", "def", "gh", "ij"}));
  EXPECT_EQ(body.due(), (Durations{250ms, 500ms, 750ms, 1s}));
}

TEST(HttpSlowBody, SpreadsAShortBodyByteByByteOverTheWholeTime) {
  StagedBody body = staged(kFourInOneSecond, 2);
  body.feed("ab");
  EXPECT_EQ(body.pieces(), (Texts{"a", "b"}));
  EXPECT_EQ(body.due(), (Durations{500ms, 1s}));
}

TEST(HttpSlowBody, CutsAlikeHoweverTheBodyArrives) {
  StagedBody body = staged(kFourInOneSecond, 8);
  for (const char* part : {"a", "bc", "defg", "h"}) body.feed(part);
  EXPECT_EQ(body.pieces(), (Texts{"a", "b", "c", "d", "ef", "g", "h"}));
  EXPECT_EQ(body.due(), (Durations{250ms, 250ms, 500ms, 500ms, 750ms, 1s, 1s}));
}

TEST(HttpSlowBody, DoesNotHoldWhatComesLateAnyway) {
  StagedBody body = staged(kFourInOneSecond, 8);
  body.feed("abcd", 600ms);
  EXPECT_EQ(body.due(), (Durations{250ms, 500ms})) << "due already, so sent at once";
}

TEST(HttpSlowBody, SpacesThePiecesOfAnUnknownLengthAsTheyArrive) {
  StagedBody body = staged(kFourInOneSecond, std::nullopt);
  body.feed("abc");
  body.feed("d");
  body.feed("ef", 2s);
  body.feed("g", 2100ms);
  EXPECT_EQ(body.pieces(), (Texts{"abc", "d", "ef", "g"}));
  EXPECT_EQ(body.due(), (Durations{250ms, 500ms, 2s, 2250ms}));
}

TEST(HttpSlowBody, HoldsNothingMoreOnceItsFaultHasEnded) {
  StagedBody body = staged(kFourInOneSecond, 8);
  body.feed("ab");
  body.end_fault();
  body.feed("cdefgh");
  EXPECT_EQ(body.due(), (Durations{250ms, 0s, 0s, 0s}));
  EXPECT_EQ(body.out.text(), "abcdefgh");
}

TEST(HttpSlowBody, CannotBeDoneToAResponseWithoutABody) {
  const Exchanged fault("http.slow_body", kFourInOneSecond,
                        {.response = "HTTP/1.1 204 No Content\r\n\r\n"});
  EXPECT_EQ(fault.response_applied, Applied::no);
  EXPECT_TRUE(fault.response.edit.empty());
}

TEST(HttpSlowBody, RefusesWhatTakesNoTime) {
  EXPECT_EQ(refusal("http.slow_body", "{}"), "with.over: is required");
  EXPECT_EQ(refusal("http.slow_body", R"({"over": "0"})"),
            "with.over: must be from 1ms to 24h, not \"0\"");
  EXPECT_EQ(refusal("http.slow_body", R"({"over": "1s", "chunks": 0})"),
            "with.chunks: must be from 1 to 10000, not \"0\"");
}

}  // namespace
}  // namespace firedrill
