#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

SeenList decode_sse(std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec("sse", options);
  return decode(*codec, {stream});
}

Seen message(std::string_view raw, std::string_view payload) {
  return {.raw = std::string(raw),
          .is_event = true,
          .payload = std::string(payload),
          .type = "message",
          .id = ""};
}

std::string payload_of(std::string_view stream) {
  const auto events = events_of(decode_sse(stream));
  return events.size() == 1 ? events[0].payload : "not one event";
}

// Encodes the first event of `stream` anew.
std::string encoded(std::string_view stream, std::string_view payload) {
  const auto codec = make_codec("sse");
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(codec->encode(std::get<Event>(*piece), payload)));
}

TEST(Sse, ReadsEveryFieldOfAnEvent) {
  const auto raw = "event: order\nid: 7\nretry: 10\ndata: {\"a\":1}\n\n"sv;
  EXPECT_THAT(decode_sse(raw), ElementsAre(Seen{.raw = std::string(raw),
                                                .is_event = true,
                                                .payload = "{\"a\":1}",
                                                .type = "order",
                                                .id = "7"}));
}

TEST(Sse, JoinsDataLinesWithLf) {
  EXPECT_EQ(payload_of("data: a\ndata\ndata:b\n\n"), "a\n\nb");
}

TEST(Sse, RemovesOneSpaceAfterTheColonAndNoMore) {
  EXPECT_EQ(payload_of("data:  two\n\n"), " two");
  EXPECT_EQ(payload_of("data:none\n\n"), "none");
}

TEST(Sse, KeepsColonsOfTheValue) {
  EXPECT_EQ(payload_of("data: a:b\n\n"), "a:b");
}

TEST(Sse, TakesEmptyDataForAnEventWithAnEmptyPayload) {
  EXPECT_THAT(decode_sse("data:\n\n"), ElementsAre(message("data:\n\n", "")));
}

TEST(Sse, PassesBlocksWithoutData) {
  const auto stream = "retry: 99\n\nid: 4\n\nevent: x\n\n"sv;
  EXPECT_THAT(decode_sse(stream), ElementsAre(passed(stream)));
}

TEST(Sse, IgnoresFieldsWhoseNameOnlyResembles) {
  EXPECT_EQ(payload_of("Data: x\n data: y\ndatas: z\ndata: w\n\n"), "w");
}

TEST(Sse, IgnoresAnIdWithNul) {
  const auto events = events_of(decode_sse("id: 3\nid: a\0b\ndata: x\n\n"sv));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].id, "3");
}

TEST(Sse, TakesTheLastIdAndTheLastName) {
  const auto events = events_of(decode_sse("id: 3\nevent: a\nid: 4\nevent: b\ndata: x\n\n"));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].id, "4");
  EXPECT_EQ(events[0].type, "b");
}

TEST(Sse, ForgetsTheIdOfTheEventBefore) {
  const auto events = events_of(decode_sse("id: 3\ndata: x\n\ndata: y\n\n"));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].id, "");
}

TEST(Sse, PassesAByteOrderMarkApartFromTheFirstEvent) {
  EXPECT_THAT(decode_sse("\xef\xbb\xbf"
                         "data: x\n\n"),
              ElementsAre(passed("\xef\xbb\xbf"), message("data: x\n\n", "x")));
}

TEST(Sse, TakesALaterByteOrderMarkForPartOfAName) {
  EXPECT_THAT(events_of(decode_sse("\n\xef\xbb\xbf"
                                   "data: x\n\n")),
              IsEmpty());
}

TEST(Sse, TakesHalfAByteOrderMarkForPartOfAName) {
  EXPECT_THAT(events_of(decode_sse("\xef\xbb"
                                   "data: x\n\n")),
              IsEmpty());
}

TEST(Sse, PassesAHeartbeatBeforeItsBlankLineComes) {
  const auto codec = make_codec("sse");
  SeenList seen;
  feed(*codec, ": heart", seen);
  EXPECT_EQ(joined(seen), ": heart");
  feed(*codec, "beat\n", seen);
  EXPECT_THAT(seen, ElementsAre(passed(": heartbeat\n")));
}

TEST(Sse, KeepsACommentInsideABlockWithIt) {
  const auto raw = "data: a\n: note\ndata: b\n\n"sv;
  EXPECT_THAT(decode_sse(raw), ElementsAre(message(raw, "a\nb")));
}

TEST(Sse, EndsAnEventOfCrLinesAtItsLastCr) {
  const auto codec = make_codec("sse");
  SeenList seen;
  feed(*codec, "data: a\r\r", seen);
  EXPECT_THAT(seen, ElementsAre(message("data: a\r\r", "a")));
}

TEST(Sse, TakesTheLfOfCrLfIntoTheEventAcrossAFeed) {
  const auto codec = make_codec("sse");
  SeenList seen;
  feed(*codec, "data: a\r\n\r", seen);
  EXPECT_THAT(seen, IsEmpty());
  feed(*codec, "\ndata: b\r\n\r\n", seen);
  EXPECT_THAT(seen, ElementsAre(message("data: a\r\n\r\n", "a"), message("data: b\r\n\r\n", "b")));
}

TEST(Sse, EndsAnEventAtALoneCrAfterCrLf) {
  EXPECT_THAT(decode_sse("data: a\r\n\rdata: b\r\n\r\n"),
              ElementsAre(message("data: a\r\n\r", "a"), message("data: b\r\n\r\n", "b")));
}

TEST(Sse, GivesAnEventAsSoonAsItIsComplete) {
  const auto codec = make_codec("sse");
  SeenList seen;
  feed(*codec, "data: a\n", seen);
  EXPECT_THAT(seen, IsEmpty());
  feed(*codec, "\ndata", seen);
  EXPECT_THAT(seen, ElementsAre(message("data: a\n\n", "a")));
}

TEST(Sse, CopiesNothingThatLiesInOneBuffer) {
  const auto stream = "data: first\n\ndata: second\n\n"sv;
  const auto codec = make_codec("sse");
  codec->feed(as_bytes(stream));
  for (const std::size_t begin : {0u, 13u}) {
    const auto piece = codec->next();
    ASSERT_TRUE(piece);
    const auto& event = std::get<Event>(*piece);
    EXPECT_EQ(as_text(event.raw).data(), stream.data() + begin);
    EXPECT_EQ(event.payload.data(), stream.data() + begin + 6);
  }
}

TEST(Sse, PassesAnUnfinishedBlockAtTheEnd) {
  EXPECT_THAT(decode_sse("data: a\n\ndata: b\n"),
              ElementsAre(message("data: a\n\n", "a"), passed("data: b\n")));
}

TEST(Sse, PassesAnEventAboveTheBoundAndReadsTheNext) {
  const auto large = "data: 0123456789\n\n"sv;  // 18 bytes
  const auto next = "data: b\n\n"sv;
  const std::string stream = std::string(large) + std::string(next);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("sse", {.max_event_bytes = 17});
    const std::string_view view = stream;
    EXPECT_THAT(decode(*codec, {view.substr(0, cut), view.substr(cut)}),
                ElementsAre(passed(large), message(next, "b")))
        << "cut at " << cut;
    EXPECT_EQ(codec->oversized(), 1u);
  }
  const auto codec = make_codec("sse", {.max_event_bytes = 18});
  EXPECT_THAT(decode(*codec, {large}), ElementsAre(message(large, "0123456789")));
  EXPECT_EQ(codec->oversized(), 0u);
}

TEST(Sse, HoldsNoMoreThanTheBound) {
  const auto codec = make_codec("sse", {.max_event_bytes = 8});
  SeenList seen;
  feed(*codec, "data: 123", seen);
  EXPECT_THAT(seen, ElementsAre(passed("data: 123")));
}

TEST(Sse, EncodesInTheStreamsOwnStyle) {
  EXPECT_EQ(encoded("id: 1\ndata: a\nevent: x\n\n", "b"), "id: 1\ndata: b\nevent: x\n\n");
  EXPECT_EQ(encoded("data:a\r\nid: 1\r\n\r\n", "b"), "data:b\r\nid: 1\r\n\r\n");
  EXPECT_EQ(encoded("data: a\r\r", "b"), "data: b\r\r");
}

TEST(Sse, EncodesLineBreaksAsMoreDataLines) {
  EXPECT_EQ(encoded("data: x\nid: 1\n\n", "a\nb\rc\r\nd\n"),
            "data: a\ndata: b\ndata: c\ndata: d\ndata: \nid: 1\n\n");
}

TEST(Sse, EncodesManyDataLinesAsOneWhereTheLastStood) {
  EXPECT_EQ(encoded("data: a\nid: 1\r: c\ndata: b\n\n", "x"), "id: 1\r: c\ndata: x\n\n");
}

TEST(Sse, EncodesALeadingSpaceSoThatItStays) {
  EXPECT_EQ(encoded("data:a\n\n", " b"), "data:  b\n\n");
}

TEST(Sse, EncodesAnEmptyPayloadAsAnEvent) {
  EXPECT_EQ(payload_of(encoded("data: a\n\n", "")), "");
}

TEST(Sse, EncodesAnEventOfOnesOwnLikeItsNeighbour) {
  const auto codec = make_codec("sse");
  const Draft draft{.payload = "{}", .type = "order", .id = "9"};
  const Event like{.raw = as_bytes("data:a\r\n\r\n"), .payload = {}, .type = {}, .id = {}};
  EXPECT_EQ(as_text(codec->encode_new(draft, like)), "event: order\r\nid: 9\r\ndata:{}\r\n\r\n");
  EXPECT_EQ(as_text(codec->encode_new({.payload = "{}"}, Event{})), "data: {}\n\n");
}

TEST(Sse, GivesAnEventOfOnesOwnNoNameWhenItsNeighbourHasNone) {
  const auto codec = make_codec("sse");
  EXPECT_EQ(as_text(codec->encode_new({.payload = "x", .type = "message"}, Event{})),
            "data: x\n\n");
}

TEST(Sse, CutsATypeOfOnesOwnAtALineBreak) {
  const auto codec = make_codec("sse");
  EXPECT_EQ(as_text(codec->encode_new({.payload = "x", .type = "a\ndata: b"}, Event{})),
            "event: a\ndata: x\n\n");
}

}  // namespace
}  // namespace firedrill::event
