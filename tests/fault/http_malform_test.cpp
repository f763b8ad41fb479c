#include "tests/fault/http_fault.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kFive =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\n";
constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kOld = "GET / HTTP/1.0\r\n\r\n";

std::string head(std::string_view with, std::string_view response = kFive) {
  const Exchanged exchanged("http.malform", with, {.response = response});
  EXPECT_EQ(exchanged.response_applied, Applied::yes);
  return Exchanged::edited(exchanged.response.edit, response);
}

MessageEdit edit(std::string_view with) {
  Exchanged exchanged("http.malform", with, {.response = kFive});
  EXPECT_EQ(exchanged.response_applied, Applied::yes);
  return std::move(exchanged.response.edit);
}

Applied applied(std::string_view with, const ExchangeText& text) {
  return Exchanged("http.malform", with, text).response_applied;
}

TEST(HttpMalform, ChunkSizeIsNoNumber) {
  MessageEdit made = edit(R"({"kind": "chunk_size"})");
  EXPECT_EQ(made.framing, WantedFraming::chunked);
  const BodyOutput output = sent(std::move(made.stage), {"hello"});
  EXPECT_EQ(output.text(), "<z><5\r\n><hello><\r\n>");
  EXPECT_EQ(output.ended, BodyEnd::fin);
}

TEST(HttpMalform, ChunkSizeOfAnEmptyBodyIsTheLast) {
  const BodyOutput output = sent(edit(R"({"kind": "chunk_size"})").stage, {});
  EXPECT_EQ(output.text(), "<z><0\r\n>");
  EXPECT_EQ(output.ended, BodyEnd::fin);
}

TEST(HttpMalform, MissingTerminatorSendsEverythingAndNoEnd) {
  MessageEdit made = edit(R"({"kind": "missing_terminator"})");
  EXPECT_EQ(made.framing, WantedFraming::chunked);
  const BodyOutput output = sent(std::move(made.stage), {"he", "llo"});
  EXPECT_EQ(output.text(), "hello");
  EXPECT_EQ(output.ended, BodyEnd::fin);
}

TEST(HttpMalform, DuplicateLengthContradictsTheFirst) {
  EXPECT_EQ(head(R"({"kind": "duplicate_length"})"),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n"
            "Content-Type: text/plain\r\n\r\n");
}

TEST(HttpMalform, WrongLengthIsShiftedAndNeverNegative) {
  const auto length = [](std::string_view by) {
    const std::string with = std::string(R"({"kind": "wrong_length", "by": )").append(by);
    const std::string text = head(with + "}");
    return text.substr(17, text.find("\r\n", 17) - 17);
  };
  EXPECT_EQ(length("10"), "Content-Length: 15");
  EXPECT_EQ(length(R"("+10")"), "Content-Length: 15");
  EXPECT_EQ(length("-3"), "Content-Length: 2");
  EXPECT_EQ(length("-30"), "Content-Length: 0");
}

TEST(HttpMalform, StatusLineIsLetters) {
  const std::string text = head(R"({"kind": "status_line"})");
  EXPECT_EQ(text.size(), kFive.size());
  EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), kFive.find("\r\n"));
  EXPECT_EQ(text.substr(15), kFive.substr(15));
}

TEST(HttpMalform, NoColonSparesWhatFramesTheMessage) {
  EXPECT_EQ(head(R"({"kind": "no_colon"})"),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type text/plain\r\n\r\n");
  EXPECT_EQ(head(R"({"kind": "no_colon"})", kChunked),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control no-cache\r\n\r\n");
}

TEST(HttpMalform, OversizedHeaderHasTheSizeItIsGiven) {
  EXPECT_THAT(head(R"({"kind": "oversized_header", "size": 9})"),
              HasSubstr("\r\nX-Context: aaaaaaaaa\r\n\r\n"));
  EXPECT_GT(head(R"({"kind": "oversized_header"})").size(), 64_KiB);
}

TEST(HttpMalform, UnexpectedInterimComesFirst) {
  EXPECT_EQ(head(R"({"kind": "unexpected_interim"})"),
            std::string("HTTP/1.1 100 Continue\r\n\r\n").append(kFive));
  EXPECT_THAT(head(R"({"kind": "unexpected_interim", "status": 103})"),
              StartsWith("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head(R"({"kind": "unexpected_interim", "status": 102})"),
              StartsWith("HTTP/1.1 102 Processing\r\n\r\n"));
  EXPECT_THAT(head(R"({"kind": "unexpected_interim", "status": 101})"),
              StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
}

// A stage that closes does so itself.
TEST(HttpMalform, ClosesWhereTheEndOfTheMessageIsInDoubt) {
  const auto closes = [](std::string_view with) { return edit(with).after == AfterMessage::close; };
  EXPECT_TRUE(closes(R"({"kind": "duplicate_length"})"));
  EXPECT_TRUE(closes(R"({"kind": "wrong_length", "by": 1})"));
  EXPECT_TRUE(closes(R"({"kind": "status_line"})"));
  EXPECT_TRUE(closes(R"({"kind": "unexpected_interim", "status": 101})"));
  EXPECT_FALSE(closes(R"({"kind": "unexpected_interim"})"));
  EXPECT_FALSE(closes(R"({"kind": "no_colon"})"));
  EXPECT_FALSE(closes(R"({"kind": "oversized_header"})"));
}

TEST(HttpMalform, CanNotBreakWhatIsNotThere) {
  for (const auto with : {R"({"kind": "chunk_size"})", R"({"kind": "missing_terminator"})"}) {
    EXPECT_EQ(applied(with, {.request = kHead, .response = kFive}), Applied::no) << with;
    EXPECT_EQ(applied(with, {.request = kOld, .response = kFive}), Applied::no) << with;
    EXPECT_EQ(applied(with, {.response = "HTTP/1.1 204 No Content\r\n\r\n"}), Applied::no);
  }
  for (const auto with :
       {R"({"kind": "duplicate_length"})", R"({"kind": "wrong_length", "by": 1})"}) {
    EXPECT_EQ(applied(with, {.response = kChunked}), Applied::no) << with;
  }
  EXPECT_EQ(applied(R"({"kind": "wrong_length", "by": -1})",
                    {.response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}),
            Applied::no);
  EXPECT_EQ(applied(R"({"kind": "unexpected_interim"})", {.request = kOld, .response = kFive}),
            Applied::no);
}

TEST(HttpMalform, WaitsForTheResponse) {
  const auto spec = compile("http.malform", R"({"kind": "status_line"})").spec;
  EXPECT_TRUE(spec->waits_for_response(Direction::response));
}

TEST(HttpMalform, RefusesWhatMakesNoSense) {
  const auto refused = [](std::string_view with) { return refusal("http.malform", with); };
  EXPECT_EQ(refused(R"({"kind": "wrong_length"})"),
            "with.by: is required for the kind wrong_length");
  EXPECT_EQ(refused(R"({"kind": "wrong_length", "by": 0})"),
            "with.by: must be a number of bytes such as +10 or -3, not \"0\"");
  EXPECT_EQ(refused(R"({"kind": "wrong_length", "by": "+-3"})"),
            "with.by: must be a number of bytes such as +10 or -3, not \"+-3\"");
  EXPECT_EQ(refused(R"({"kind": "no_colon", "by": 3})"),
            "with.by: is only for the kind wrong_length");
  EXPECT_EQ(refused(R"({"kind": "no_colon", "size": 3})"),
            "with.size: is only for the kind oversized_header");
  EXPECT_EQ(refused(R"({"kind": "unexpected_interim", "status": 104})"),
            "with.status: must be from 100 to 103, not \"104\"");
}

}  // namespace
}  // namespace firedrill
