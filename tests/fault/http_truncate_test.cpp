#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;
using Length = std::optional<std::uint64_t>;

constexpr std::string_view kTen = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// The stage, told of a body of this length.
std::unique_ptr<BodyStage> stage_for(std::string_view with, Length length) {
  Exchanged exchanged("http.truncate", with, {.response = length ? kTen : kChunked});
  EXPECT_EQ(exchanged.response_applied, Applied::yes);
  exchanged.response.edit.stage->length(length);
  return std::move(exchanged.response.edit.stage);
}

Length told(std::string_view with, Length length) {
  return Exchanged("http.truncate", with, {.response = kTen}).response.edit.stage->length(length);
}

Applied applied(std::string_view with, const ExchangeText& text) {
  return Exchanged("http.truncate", with, text).response_applied;
}

TEST(HttpTruncate, SendsSoManyBytesAndCloses) {
  const BodyOutput output = sent(stage_for(R"({"bytes": 4})", 10), {"012", "345", "6789"});
  EXPECT_EQ(output.text(), "0123");
  EXPECT_EQ(output.ended, BodyEnd::fin);
}

TEST(HttpTruncate, SendsAShareOfTheLengthRoundedDown) {
  EXPECT_EQ(sent(stage_for(R"({"share": "25%"})", 10), {"0123456789"}).text(), "01");
}

TEST(HttpTruncate, SendsNothingOfABodyWhenAsked) {
  const BodyOutput output = sent(stage_for(R"({"bytes": 0})", 10), {"0123456789"});
  EXPECT_EQ(output.text(), "");
  EXPECT_EQ(output.ended, BodyEnd::fin);
}

TEST(HttpTruncate, CutsABodyOfUnknownLengthOnlyWhenThereIsMoreOfIt) {
  const BodyOutput whole = sent(stage_for(R"({"bytes": 4})", std::nullopt), {"01", "23"});
  EXPECT_EQ(whole.text(), "0123");
  EXPECT_EQ(whole.ended, BodyEnd::whole);
  const BodyOutput longer = sent(stage_for(R"({"bytes": 4})", std::nullopt), {"01", "23", "4"});
  EXPECT_EQ(longer.text(), "0123");
  EXPECT_EQ(longer.ended, BodyEnd::fin);
}

TEST(HttpTruncate, MayReset) {
  EXPECT_EQ(sent(stage_for(R"({"bytes": 4, "end": "rst"})", 10), {"0123456789"}).ended,
            BodyEnd::reset);
}

TEST(HttpTruncate, MayHangWithTheRestHeldForAsLongAsTheFault) {
  const BodyOutput output =
      sent(stage_for(R"({"bytes": 4, "end": "hang"})", 10), {"012345", "6789"});
  const std::vector<BodyOutput::Piece> pieces{
      {"0123", {}, 0}, {"45", kNever, 7}, {"6789", kNever, 7}};
  EXPECT_EQ(output.pieces, pieces);
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST(HttpTruncate, KeepsTheLengthWrongUnlessToldToCorrectIt) {
  EXPECT_EQ(told(R"({"bytes": 4})", 10), 10u);
  EXPECT_EQ(told(R"({"bytes": 4, "length": "right"})", 10), 4u);
  EXPECT_EQ(told(R"({"share": "50%", "length": "right"})", 10), 5u);
  EXPECT_EQ(told(R"({"bytes": 4, "length": "right"})", std::nullopt), std::nullopt);
}

TEST(HttpTruncate, EndsTheMessageAsItShouldWhenTheLengthIsRight) {
  const BodyOutput output =
      sent(stage_for(R"({"bytes": 4, "length": "right"})", std::nullopt), {"0123456789", "more"});
  EXPECT_EQ(output.text(), "0123");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST(HttpTruncate, GathersABodyOfUnknownLengthToTakeAShareOfIt) {
  const Exchanged share("http.truncate", R"({"share": "50%"})", {.response = kChunked});
  ASSERT_TRUE(share.response.edit.body);
  EXPECT_EQ(as_text(*share.response.edit.body(as_bytes("abc"))), "abc");
  EXPECT_FALSE(
      Exchanged("http.truncate", R"({"bytes": 5})", {.response = kChunked}).response.edit.body);
  EXPECT_FALSE(
      Exchanged("http.truncate", R"({"share": "50%"})", {.response = kTen}).response.edit.body);
}

TEST(HttpTruncate, PassesABodyOfWhichNobodyCouldLearnTheLength) {
  const BodyOutput output = sent(stage_for(R"({"share": "50%"})", std::nullopt), {"abc", "def"});
  EXPECT_EQ(output.text(), "abcdef");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST(HttpTruncate, PassesABodyThatTurnsOutToBeShortEnough) {
  const BodyOutput output = sent(stage_for(R"({"bytes": 4})", std::nullopt), {"abc"});
  EXPECT_EQ(output.text(), "abc");
  EXPECT_EQ(output.ended, BodyEnd::whole);
  EXPECT_EQ(told(R"({"bytes": 4, "length": "right"})", 3), 3u);
}

TEST(HttpTruncate, CanNotBeDoneWhereThereIsNothingToCut) {
  EXPECT_EQ(applied(R"({"bytes": 10})", {.response = kTen}), Applied::no);
  EXPECT_EQ(applied(R"({"bytes": 9})", {.response = kTen}), Applied::yes);
  EXPECT_EQ(
      applied(R"({"share": "50%"})", {.response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}),
      Applied::no);
  EXPECT_EQ(applied(R"({"bytes": 1})",
                    {.request = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", .response = kTen}),
            Applied::no);
}

TEST(HttpTruncate, WaitsForTheResponse) {
  const auto spec = compile("http.truncate", R"({"bytes": 1})").spec;
  EXPECT_TRUE(spec->waits_for_response(Direction::response));
}

TEST(HttpTruncate, RefusesWhatMakesNoSense) {
  const auto refused = [](std::string_view with) { return refusal("http.truncate", with); };
  EXPECT_EQ(refused("{}"), "with.bytes: must be given, or share instead of it");
  EXPECT_EQ(refused(R"({"bytes": 1, "share": 0.5})"),
            "with.bytes: must be given, or share instead of it");
  EXPECT_EQ(refused(R"({"share": 1})"), "with.share: must be less than 100%");
  EXPECT_EQ(refused(R"({"bytes": 1, "end": "hang", "length": "right"})"),
            "with.end: must be fin with length: right, where the message ends as it should");
}

}  // namespace
}  // namespace firedrill
