#include "proxy/codec/http/unframed.h"

#include <gtest/gtest.h>

namespace firedrill::http {
namespace {

constexpr Framing kChunked{.kind = Framing::Kind::chunked};
constexpr Framing kUntilClose{.kind = Framing::Kind::until_close};
constexpr Framing kFive{.kind = Framing::Kind::length, .length = 5};

std::string payload(const Unframed& body) {
  return std::string(as_text(body.payload));
}

TEST(Unframed, TakesALengthAndLeavesWhatFollows) {
  const Unframed body = unframe(kFive, as_bytes("helloGET"));
  EXPECT_TRUE(body.whole);
  EXPECT_EQ(payload(body), "hello");
  EXPECT_EQ(body.size, 5u);
}

TEST(Unframed, TakesThePayloadOutOfItsChunks) {
  const std::string text = "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n";
  const Unframed body = unframe(kChunked, as_bytes(text + "GET"));
  EXPECT_TRUE(body.whole);
  EXPECT_EQ(payload(body), "hello");
  EXPECT_EQ(body.size, text.size());
}

TEST(Unframed, SaysWhenSomethingIsMissing) {
  const std::string_view text = "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const Unframed body = unframe(kChunked, as_bytes(text.substr(0, size)));
    EXPECT_FALSE(body.whole) << size;
    EXPECT_EQ(body.reason, Reason::none) << size;
    EXPECT_EQ(body.size, size);
  }
  EXPECT_FALSE(unframe(kFive, as_bytes("hell")).whole);
}

TEST(Unframed, ABodyThatEndsWithTheConnectionIsNeverWhole) {
  const Unframed body = unframe(kUntilClose, as_bytes("hello"));
  EXPECT_FALSE(body.whole);
  EXPECT_EQ(payload(body), "hello");
}

TEST(Unframed, NoBodyIsWhole) {
  EXPECT_TRUE(unframe({}, as_bytes("GET")).whole);
  EXPECT_EQ(unframe({}, as_bytes("GET")).size, 0u);
  EXPECT_TRUE(unframe({.kind = Framing::Kind::length}, {}).whole);
}

TEST(Unframed, SaysWhenTheFramingIsBroken) {
  const Unframed body = unframe(kChunked, as_bytes("2\r\nhe\r\nzz\r\n"));
  EXPECT_FALSE(body.whole);
  EXPECT_NE(body.reason, Reason::none);
}

}  // namespace
}  // namespace firedrill::http
