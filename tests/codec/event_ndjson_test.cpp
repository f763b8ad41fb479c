#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

Seen record(std::string_view raw, std::string_view payload) {
  return {.raw = std::string(raw), .is_event = true, .payload = std::string(payload)};
}

SeenList decode_ndjson(std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec("ndjson", options);
  return decode(*codec, {stream});
}

std::string encoded(std::string_view stream, std::string_view payload) {
  const auto codec = make_codec("ndjson");
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(codec->encode(std::get<Event>(*piece), payload)));
}

TEST(Ndjson, SplitsAtLf) {
  EXPECT_THAT(decode_ndjson("{\"a\":1}\n[2]\n"),
              ElementsAre(record("{\"a\":1}\n", "{\"a\":1}"), record("[2]\n", "[2]")));
}

TEST(Ndjson, KeepsACrOutOfThePayload) {
  EXPECT_THAT(decode_ndjson("{}\r\n"), ElementsAre(record("{}\r\n", "{}")));
}

TEST(Ndjson, PassesBlankLines) {
  EXPECT_THAT(decode_ndjson("\n{}\n\r\n \t\n"),
              ElementsAre(passed("\n"), record("{}\n", "{}"), passed("\r\n \t\n")));
}

TEST(Ndjson, PassesALastLineWithoutLf) {
  EXPECT_THAT(decode_ndjson("{}\n{"), ElementsAre(record("{}\n", "{}"), passed("{")));
}

TEST(Lines, NeedNotBeJson) {
  const auto codec = make_codec("lines");
  EXPECT_THAT(decode(*codec, {"QUIT now\r\n"}), ElementsAre(record("QUIT now\r\n", "QUIT now")));
}

TEST(Ndjson, CopiesNothingThatLiesInOneBuffer) {
  const auto stream = "1\n2\n"sv;
  const auto codec = make_codec("ndjson");
  codec->feed(as_bytes(stream));
  for (const std::size_t begin : {0u, 2u}) {
    const auto piece = codec->next();
    ASSERT_TRUE(piece);
    EXPECT_EQ(std::get<Event>(*piece).payload.data(), stream.data() + begin);
  }
}

TEST(Ndjson, PassesALineAboveTheBoundAndReadsTheNext) {
  const auto stream = "12345\n6\n"sv;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("ndjson", {.max_event_bytes = 5});
    EXPECT_THAT(decode(*codec, {stream.substr(0, cut), stream.substr(cut)}),
                ElementsAre(passed("12345\n"), record("6\n", "6")))
        << "cut at " << cut;
    EXPECT_EQ(codec->oversized(), 1u);
  }
}

TEST(Ndjson, EncodesInTheStreamsOwnStyle) {
  EXPECT_EQ(encoded("{}\n", "[]"), "[]\n");
  EXPECT_EQ(encoded("{}\r\n", "[]"), "[]\r\n");
}

TEST(Ndjson, EncodesLineBreaksAsSpaces) {
  EXPECT_EQ(encoded("{}\n", "{\r\n\"a\":\n1}"), "{  \"a\": 1}\n");
  EXPECT_EQ(encoded("1\r2\n", "1\r2"), "1\r2\n");
}

TEST(Ndjson, EncodesARecordOfOnesOwn) {
  const auto codec = make_codec("ndjson");
  EXPECT_EQ(as_text(codec->encode_new({.payload = "{}"}, Event{})), "{}\n");
}

}  // namespace
}  // namespace firedrill::event
