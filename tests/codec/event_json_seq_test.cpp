#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

Seen record(std::string_view raw, std::string_view payload) {
  return {.raw = std::string(raw), .is_event = true, .payload = std::string(payload)};
}

SeenList decode_records(std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec("json-seq", options);
  return decode(*codec, {stream});
}

std::string encoded(std::string_view stream, std::string_view payload) {
  const auto codec = make_codec("json-seq");
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(codec->encode(std::get<Event>(*piece), payload)));
}

TEST(JsonSeq, HasOneTextARecord) {
  EXPECT_THAT(decode_records("\x1e{}\n\x1e[2]\n"),
              ElementsAre(record("\x1e{}\n", "{}"), record("\x1e[2]\n", "[2]")));
}

TEST(JsonSeq, HasTextsOfSeveralLines) {
  const auto raw = "\x1e{\n  \"a\": [\n1]\n}\n"sv;
  EXPECT_THAT(decode_records(raw), ElementsAre(record(raw, raw.substr(1, raw.size() - 2))));
}

TEST(JsonSeq, DoesNotCountBracketsInStrings) {
  const auto raw = "\x1e[\"{\\\"[\"]\n"sv;
  EXPECT_THAT(decode_records(raw), ElementsAre(record(raw, raw.substr(1, raw.size() - 2))));
}

TEST(JsonSeq, GivesARecordWithItsLastByte) {
  const auto codec = make_codec("json-seq");
  SeenList seen;
  feed(*codec, "\x1e{\"a\":1}", seen);
  EXPECT_THAT(seen, IsEmpty());
  feed(*codec, "\n", seen);
  EXPECT_THAT(seen, ElementsAre(record("\x1e{\"a\":1}\n", "{\"a\":1}")));
}

TEST(JsonSeq, PassesARecordThatBreaksOff) {
  EXPECT_THAT(decode_records("\x1e{\"a\":\n\x1e{}\n"),
              ElementsAre(passed("\x1e{\"a\":\n"), record("\x1e{}\n", "{}")));
  EXPECT_THAT(decode_records("\x1e\"a\nb\"\n\x1e{}\n"),
              ElementsAre(passed("\x1e\"a\nb\"\n"), record("\x1e{}\n", "{}")));
  EXPECT_THAT(decode_records("\x1e{}"), ElementsAre(passed("\x1e{}")));
}

TEST(JsonSeq, PassesWhatIsNoRecord) {
  EXPECT_THAT(decode_records("stray\n\x1e\x1e\n\x1e{}\n\n"),
              ElementsAre(passed("stray\n\x1e\x1e\n"), record("\x1e{}\n", "{}"), passed("\n")));
}

TEST(JsonSeq, PassesARecordAboveTheBoundAndReadsTheNext) {
  const auto stream = "\x1e[12345]\n\x1e{}\n"sv;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("json-seq", {.max_event_bytes = 6});
    EXPECT_THAT(decode(*codec, {stream.substr(0, cut), stream.substr(cut)}),
                ElementsAre(passed("\x1e[12345]\n"), record("\x1e{}\n", "{}")))
        << "cut at " << cut;
    EXPECT_EQ(codec->oversized(), 1u);
  }
}

TEST(JsonSeq, EncodesAPayloadInThePlaceOfAnother) {
  EXPECT_EQ(encoded("\x1e{}\n", "[\n]"), "\x1e[\n]\n");
  EXPECT_EQ(encoded("\x1e {} \r\n", "[]"), "\x1e [] \r\n");
  EXPECT_EQ(encoded("\x1e{}\n", "a\x1e\x62"), "\x1e\x61 b\n");
}

TEST(JsonSeq, EncodesARecordOfOnesOwn) {
  const auto codec = make_codec("json-seq");
  EXPECT_EQ(as_text(codec->encode_new({.payload = "{}"}, Event{})), "\x1e{}\n");
}

}  // namespace
}  // namespace firedrill::event
