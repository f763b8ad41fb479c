#include "proxy/codec/http/editable_head.h"

#include <gtest/gtest.h>

#include <array>

namespace firedrill::http {
namespace {

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nSet-Cookie: a=1\r\nX-Blank:\t v \r\n"
    "SET-COOKIE: b=2\r\n\r\n";

EditableHead head(std::string_view text = kHead) {
  return EditableHead(std::array{text});
}

TEST(EditableHead, WhatIsNotTouchedKeepsItsBytes) {
  EXPECT_EQ(head().text(), kHead);
  EXPECT_EQ(head("GET / HTTP/1.0\r\n\r\n").text(), "GET / HTTP/1.0\r\n\r\n");
}

TEST(EditableHead, TakesPiecesThatPartALine) {
  for (std::size_t at = 0; at <= kHead.size(); ++at) {
    const std::array pieces{kHead.substr(0, at), kHead.substr(at)};
    const EditableHead parted{pieces};
    EXPECT_EQ(parted.text(), kHead) << at;
    EXPECT_EQ(parted.lines.size(), 4u) << at;
  }
}

TEST(EditableHead, ReadsNamesAndValues) {
  const EditableHead read = head();
  EXPECT_EQ(read.start_line, "HTTP/1.1 200 OK");
  EXPECT_EQ(read.lines[2].name(), "X-Blank");
  EXPECT_EQ(read.lines[2].value(), "v");
  EXPECT_TRUE(read.lines[2].is("x-blank"));
  EXPECT_FALSE(read.lines[2].is("x-blan"));
  EXPECT_EQ(read.value("set-cookie"), "a=1");
  EXPECT_EQ(read.value("none"), std::nullopt);
  EXPECT_EQ(read.value("set-cooki"), std::nullopt);
}

TEST(EditableHead, ALineWithoutAColonIsAllName) {
  const EditableHead::Line line{"nothing"};
  EXPECT_EQ(line.name(), "nothing");
  EXPECT_EQ(line.value(), "");
}

TEST(EditableHead, SetKeepsThePlaceAndTheSpellingOfTheFirstLine) {
  EditableHead edited = head();
  edited.set("Set-cookie", "c=3");
  edited.set("Content-Length", "7");
  EXPECT_EQ(edited.text(),
            "HTTP/1.1 200 OK\r\ncontent-length: 7\r\nSet-Cookie: c=3\r\nX-Blank:\t v \r\n\r\n");
}

TEST(EditableHead, SetAddsALineWhereThereIsNone) {
  EditableHead edited = head("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  edited.set("X-New", "1");
  EXPECT_EQ(edited.text(), "GET / HTTP/1.1\r\nHost: a\r\nX-New: 1\r\n\r\n");
}

TEST(EditableHead, AddRepeatsAndRemoveTakesAll) {
  EditableHead edited = head();
  edited.add("Set-Cookie", "c=3");
  EXPECT_EQ(edited.lines.size(), 5u);
  edited.remove("set-cookie");
  EXPECT_EQ(edited.text(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-Blank:\t v \r\n\r\n");
}

TEST(EditableHead, WhatComesBeforeIsSentAsItIs) {
  EditableHead edited = head("HTTP/1.1 200 OK\r\n\r\n");
  edited.before = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(edited.text(), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
}

}  // namespace
}  // namespace firedrill::http
