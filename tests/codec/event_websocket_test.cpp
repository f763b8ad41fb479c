#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_view_literals;

Seen message(std::string_view raw, std::string_view payload, std::string_view type = "text") {
  return {.raw = std::string(raw),
          .is_event = true,
          .payload = std::string(payload),
          .type = std::string(type)};
}

SeenList decode_frames(std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec("websocket", options);
  return decode(*codec, {stream});
}

// What `write` makes of the first event of a stream.
template <class Write>
std::string written(std::string_view stream, Write write) {
  const auto codec = make_codec("websocket");
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(write(*codec, std::get<Event>(*piece))));
}

std::string encoded(std::string_view stream, std::string_view payload) {
  return written(stream, [payload](const Codec& codec, const Event& event) {
    return codec.encode(event, payload);
  });
}

// "ab" under the mask 1 2 3 4.
constexpr auto kMasked = "\x81\x82\1\2\3\4\x60\x60"sv;
// "ab" and "cd" as fragments with a ping between.
constexpr auto kFragments = "\x1\2ab\x89\4ping\x80\2cd"sv;

TEST(WebSocket, HasOneEventAMessage) {
  EXPECT_THAT(decode_frames("\x81\2ab\x82\1\xff\x81\0"sv),
              ElementsAre(message("\x81\2ab", "ab"), message("\x82\1\xff", "\xff", "binary"),
                          message("\x81\0"sv, "")));
}

TEST(WebSocket, TakesTheMaskOff) {
  EXPECT_THAT(decode_frames(kMasked), ElementsAre(message(kMasked, "ab")));
}

TEST(WebSocket, JoinsFragmentsAroundControlFrames) {
  EXPECT_THAT(decode_frames(kFragments), ElementsAre(message(kFragments, "abcd")));
}

TEST(WebSocket, JoinsFragmentsOfDifferentMasks) {
  const auto raw = "\x1\x81\1\1\1\1\x60\x80\x81\2\2\2\2\x60"sv;
  EXPECT_THAT(decode_frames(raw), ElementsAre(message(raw, "ab")));
}

TEST(WebSocket, PassesControlFrames) {
  const auto stream =
      "\x89\1p\x81\1a\x8a\0\x88\5\3\xe8"
      "bye"sv;
  EXPECT_THAT(decode_frames(stream), ElementsAre(passed("\x89\1p"), message("\x81\1a", "a"),
                                                 passed("\x8a\0\x88\5\3\xe8"
                                                        "bye"sv)));
}

TEST(WebSocket, ReadsEveryFormOfLength) {
  for (const std::size_t size : {125u, 126u, 65535u, 65536u}) {
    const std::string payload(size, 'x');
    const std::string raw = encoded("\x81\1a", payload);
    EXPECT_THAT(decode_frames(raw), ElementsAre(message(raw, payload)));
  }
  EXPECT_EQ(encoded("\x81\1a", std::string(126, 'x')).substr(0, 4), "\x81\x7e\0\x7e"sv);
  EXPECT_EQ(encoded("\x81\1a", std::string(65536, 'x')).substr(0, 10),
            "\x81\x7f\0\0\0\0\0\1\0\0"sv);
}

TEST(WebSocket, PassesAMessageThatAnExtensionHasChanged) {
  EXPECT_THAT(decode_frames("\xc1\1a\x81\1b"),
              ElementsAre(passed("\xc1\1a"), message("\x81\1b", "b")));
  EXPECT_THAT(decode_frames("\x41\1a\x80\1b\x81\1c"),
              ElementsAre(passed("\x41\1a\x80\1b"), message("\x81\1c", "c")));
}

TEST(WebSocket, PassesAMessageAboveTheBoundAndReadsTheNext) {
  const auto stream = "\x1\3abc\x89\0\x80\3def\x81\1g"sv;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("websocket", {.max_event_bytes = 8});
    EXPECT_THAT(decode(*codec, {stream.substr(0, cut), stream.substr(cut)}),
                ElementsAre(passed(stream.substr(0, 12)), message("\x81\1g", "g")))
        << "cut at " << cut;
    EXPECT_EQ(codec->oversized(), 1u);
    EXPECT_FALSE(codec->failed());
  }
}

TEST(WebSocket, DoesNotHoldAMessageThatClaimsToBeHuge) {
  const auto codec = make_codec("websocket");
  SeenList seen;
  feed(*codec, "\x82\x7f\0\0\0\x80\0\0\0\0abc"sv, seen);
  EXPECT_THAT(joined(seen), "\x82\x7f\0\0\0\x80\0\0\0\0abc"sv);
  EXPECT_THAT(as_text(codec->held()), IsEmpty());
}

TEST(WebSocket, FailsOnAFrameThatMayNotStandThere) {
  const std::string_view kWrong[] = {
      "\x83\0"sv,                      // no such opcode
      "\x8b\0"sv,                      // no such control opcode
      "\x9\0"sv,                       // a control frame in fragments
      "\x89\x7e\0\x7e"sv,              // a control frame that is too long
      "\x80\1a"sv,                     // a continuation of nothing
      "\x1\1a\x81\1b"sv,               // a message within another
      "\x82\x7f\xff\0\0\0\0\0\0\0"sv,  // a length above 63 bits
  };
  for (const auto wrong : kWrong) {
    const auto codec = make_codec("websocket");
    const std::string stream = std::string("\x81\1x").append(wrong).append("\x81\1y");
    EXPECT_THAT(decode(*codec, {stream}),
                ElementsAre(message("\x81\1x", "x"), passed(stream.substr(3))));
    EXPECT_TRUE(codec->failed());
  }
}

TEST(WebSocket, CopiesNothingThatLiesInOneBufferUnmasked) {
  const auto stream = "\x81\1a\x81\1b"sv;
  const auto codec = make_codec("websocket");
  codec->feed(as_bytes(stream));
  for (const std::size_t begin : {2u, 5u}) {
    const auto piece = codec->next();
    ASSERT_TRUE(piece);
    EXPECT_EQ(std::get<Event>(*piece).payload.data(), stream.data() + begin);
  }
}

TEST(WebSocket, EncodesAMessageAsOneFrame) {
  EXPECT_EQ(encoded("\x82\2ab", "xyz"), "\x82\3xyz");
  EXPECT_EQ(encoded(kMasked, "ba"), "\x81\x82\1\2\3\4\x63\x63"sv);
  EXPECT_EQ(encoded(kFragments, "x"), "\x89\4ping\x81\1x"sv);
}

TEST(WebSocket, EncodesAMessageOfOnesOwn) {
  const auto made = [](std::string_view stream, const Draft& draft) {
    return written(stream, [&draft](const Codec& codec, const Event& event) {
      return codec.encode_new(draft, event);
    });
  };
  EXPECT_EQ(made("\x82\2ab", {.payload = "x", .type = "text"}), "\x81\1x");
  EXPECT_EQ(made("\x81\2ab", {.payload = "x", .type = "binary"}), "\x82\1x");
  EXPECT_EQ(made(kMasked, {.payload = "ab", .type = "text"}), kMasked);
}

TEST(WebSocket, EncodesACloseMessageWithItsCode) {
  const auto close = [](std::uint16_t code) {
    return [code](const Codec& codec, const Event&) { return *codec.encode_close(code); };
  };
  EXPECT_TRUE(make_codec("websocket")->abilities().closes);
  EXPECT_EQ(written("\x81\1a", close(1011)), "\x88\2\x3\xf3");
  // As the frames of that side are: those of a client are masked.
  EXPECT_EQ(written(kMasked, close(1000)), "\x88\x82\0\0\0\0\x3\xe8"sv);
}

TEST(WebSocket, KeepsControlFramesWhenAMessageIsTakenOut) {
  const auto remainder = [](const Codec& codec, const Event& event) {
    return codec.remainder(event);
  };
  EXPECT_EQ(written(kFragments, remainder), "\x89\4ping");
  EXPECT_EQ(written(kMasked, remainder), "");
}

}  // namespace
}  // namespace firedrill::event
