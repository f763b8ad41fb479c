#include "proxy/codec/http/unframer.h"

#include <gtest/gtest.h>

namespace firedrill::http {
namespace {

constexpr Framing kChunked{.kind = Framing::Kind::chunked};
constexpr Framing kUntilClose{.kind = Framing::Kind::until_close};
constexpr Framing kFive{.kind = Framing::Kind::length, .length = 5};

Unframer unframed(const Framing& framing, std::string_view text) {
  Unframer body(framing);
  body.feed(as_bytes(text));
  return body;
}

std::string_view payload(const Unframer& body) {
  return as_text(body.payload());
}

TEST(Unframer, TakesALengthAndLeavesWhatFollows) {
  const Unframer body = unframed(kFive, "helloGET");
  EXPECT_TRUE(body.whole());
  EXPECT_EQ(payload(body), "hello");
  EXPECT_EQ(body.size(), 5u);
}

TEST(Unframer, TakesThePayloadOutOfItsChunksAndKeepsTheTrailers) {
  const std::string text = "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n";
  Unframer body = unframed(kChunked, text + "GET");
  EXPECT_TRUE(body.whole());
  EXPECT_EQ(payload(body), "hello");
  EXPECT_EQ(body.size(), text.size());
  EXPECT_EQ(as_text(body.take_trailers()), "X-Sum: 1\r\n");
}

TEST(Unframer, TakesPiecesCutAnywhere) {
  const std::string_view text = "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    Unframer body = unframed(kChunked, text.substr(0, size));
    EXPECT_FALSE(body.whole()) << size;
    EXPECT_EQ(body.reason(), Reason::none) << size;
    EXPECT_EQ(body.size(), size);
    body.feed(as_bytes(text.substr(size)));
    EXPECT_TRUE(body.whole()) << size;
    EXPECT_EQ(payload(body), "hello") << size;
    EXPECT_EQ(body.size(), text.size());
  }
}

TEST(Unframer, ABodyThatEndsWithTheConnectionIsWholeThen) {
  Unframer body = unframed(kUntilClose, "hello");
  EXPECT_FALSE(body.whole());
  body.close();
  EXPECT_TRUE(body.whole());
  EXPECT_EQ(payload(body), "hello");
}

TEST(Unframer, AnyOtherBodyIsNotWholeWhenItsConnectionEndsEarly) {
  Unframer body = unframed(kFive, "hell");
  body.close();
  EXPECT_FALSE(body.whole());
}

TEST(Unframer, NoBodyIsWhole) {
  EXPECT_TRUE(Unframer({}).whole());
  EXPECT_TRUE(unframed({}, "GET").whole());
  EXPECT_EQ(unframed({}, "GET").size(), 0u);
  EXPECT_TRUE(Unframer({.kind = Framing::Kind::length}).whole());
}

TEST(Unframer, SaysWhenTheFramingIsBroken) {
  Unframer body = unframed(kChunked, "2\r\nhe\r\nzz\r\n");
  EXPECT_FALSE(body.whole());
  EXPECT_NE(body.reason(), Reason::none);
  body.close();
  EXPECT_FALSE(body.whole());
}

}  // namespace
}  // namespace firedrill::http
