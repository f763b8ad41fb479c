#include "tests/codec/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::event {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

Seen frame(std::string_view raw, std::string_view payload) {
  return {.raw = std::string(raw), .is_event = true, .payload = std::string(payload)};
}

SeenList decode_as(std::string_view name, std::string_view stream, const Options& options = {}) {
  const auto codec = make_codec(name, options);
  return decode(*codec, {stream});
}

// What becomes of the first event of `stream` with another payload.
std::string encoded(std::string_view name, std::string_view stream, std::string_view payload,
                    const Options& options = {}) {
  const auto codec = make_codec(name, options);
  codec->feed(as_bytes(stream));
  const auto piece = codec->next();
  return std::string(as_text(codec->encode(std::get<Event>(*piece), payload)));
}

std::string made(std::string_view name, std::string_view payload, const Options& options = {}) {
  const auto codec = make_codec(name, options);
  return std::string(as_text(codec->encode_new({.payload = payload}, Event{})));
}

constexpr Options kLittleWithHeader{
    .length = {.width = 2, .endian = Endian::little, .offset = 1, .adjust = -3}};

TEST(LengthPrefixed, ReadsEveryWidthInBothOrders) {
  struct Form {
    LengthFormat format;
    std::string_view raw;
  };
  const Form forms[] = {{{.width = 1}, "\2ab"sv},
                        {{.width = 2}, "\0\2ab"sv},
                        {{.width = 3}, "\0\0\2ab"sv},
                        {{.width = 4}, "\0\0\0\2ab"sv},
                        {{.width = 8}, "\0\0\0\0\0\0\0\2ab"sv},
                        {{.width = 2, .endian = Endian::little}, "\2\0ab"sv},
                        {{.width = 8, .endian = Endian::little}, "\2\0\0\0\0\0\0\0ab"sv}};
  for (const Form& form : forms) {
    const Options options{.length = form.format};
    EXPECT_THAT(decode_as("length_prefixed", form.raw, options),
                ElementsAre(frame(form.raw, "ab")));
    EXPECT_EQ(made("length_prefixed", "ab", options), form.raw);
  }
}

TEST(LengthPrefixed, ReadsALengthThatCountsTheHeader) {
  const auto stream = "h\5\0abi\3\0"sv;
  EXPECT_THAT(decode_as("length_prefixed", stream, kLittleWithHeader),
              ElementsAre(frame("h\5\0ab"sv, "ab"), frame("i\3\0"sv, "")));
  EXPECT_EQ(encoded("length_prefixed", stream, "xyz", kLittleWithHeader), "h\6\0xyz"sv);
}

TEST(LengthPrefixed, WritesNoMoreThanItsLengthCanSay) {
  const Options one_byte{.length = {.width = 1}};
  const std::string frame = encoded("length_prefixed", "\1a", std::string(300, 'x'), one_byte);
  EXPECT_EQ(frame, "\xff" + std::string(255, 'x'));
}

TEST(LengthPrefixed, FillsAPayloadThatItsLengthCanNotSay) {
  const Options two_more{.length = {.width = 1, .adjust = 2}};
  EXPECT_EQ(encoded("length_prefixed", "\1abc", "", two_more), "\0\0\0"sv);
}

TEST(LengthPrefixed, FailsOnALengthThatIsLessThanTheHeader) {
  const auto codec = make_codec("length_prefixed", kLittleWithHeader);
  EXPECT_THAT(decode(*codec, {"h\2\0abc"sv}), ElementsAre(passed("h\2\0abc"sv)));
  EXPECT_TRUE(codec->failed());
}

TEST(LengthPrefixed, FailsOnALengthAboveTheGreatest) {
  const auto stream = "\0\0\0\1a\0\0\0\x9zzzz"sv;
  const auto codec = make_codec("length_prefixed", {.max_length = 8});
  EXPECT_THAT(decode(*codec, {stream}),
              ElementsAre(frame("\0\0\0\1a"sv, "a"), passed("\0\0\0\x9zzzz"sv)));
  EXPECT_TRUE(codec->failed());
}

TEST(Framed, PassesAFrameAboveTheBoundWithoutHoldingItAndReadsTheNext) {
  const auto stream = "\0\0\0\4abcd\0\0\0\1x"sv;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const auto codec = make_codec("length_prefixed", {.max_event_bytes = 6});
    SeenList seen;
    feed(*codec, stream.substr(0, cut), seen);
    if (cut >= 4 && cut <= 8) {
      EXPECT_EQ(joined(seen), stream.substr(0, cut));
    }
    feed(*codec, stream.substr(cut), seen);
    EXPECT_THAT(seen, ElementsAre(passed("\0\0\0\4abcd"sv), frame("\0\0\0\1x"sv, "x")))
        << "cut at " << cut;
    EXPECT_EQ(codec->oversized(), 1u);
    EXPECT_FALSE(codec->failed());
  }
}

TEST(Framed, CopiesNothingThatLiesInOneBuffer) {
  const auto stream = "1:a,1:b,"sv;
  const auto codec = make_codec("netstring");
  codec->feed(as_bytes(stream));
  for (const std::size_t begin : {2u, 6u}) {
    const auto piece = codec->next();
    ASSERT_TRUE(piece);
    EXPECT_EQ(std::get<Event>(*piece).payload.data(), stream.data() + begin);
  }
}

TEST(Varint, SaysLengthsOfSeveralBytes) {
  const std::string payload(300, 'x');
  const std::string raw = "\xac\x02" + payload;
  EXPECT_THAT(decode_as("varint", raw), ElementsAre(frame(raw, payload)));
  EXPECT_EQ(made("varint", payload), raw);
  EXPECT_EQ(encoded("varint", raw, "a"), "\1a");
  EXPECT_EQ(made("varint", ""), "\0"sv);
}

TEST(Varint, FailsOnANumberAbove64Bits) {
  const auto codec = make_codec("varint");
  decode(*codec, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"});
  EXPECT_TRUE(codec->failed());
}

TEST(Netstring, SaysItsLengthInDecimal) {
  EXPECT_THAT(decode_as("netstring", "3:abc,0:,"),
              ElementsAre(frame("3:abc,", "abc"), frame("0:,", "")));
  EXPECT_EQ(encoded("netstring", "3:abc,", "0123456789"), "10:0123456789,");
  EXPECT_EQ(made("netstring", ""), "0:,");
}

TEST(Netstring, FailsOnWhatIsNone) {
  for (const auto stream : {":a,"sv, "01:a,"sv, "1a:a,"sv, "1:a;"sv, "12345678901:"sv}) {
    const auto codec = make_codec("netstring");
    EXPECT_THAT(decode(*codec, {stream}), ElementsAre(passed(stream)));
    EXPECT_TRUE(codec->failed()) << stream;
  }
}

}  // namespace
}  // namespace firedrill::event
