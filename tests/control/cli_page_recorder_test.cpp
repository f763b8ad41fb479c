#include "control/cli/page_recorder.h"

#include <gtest/gtest.h>

#include <string>

namespace firedrill::cli {
namespace {

constexpr auto kMore = PageRecorder::State::wants_more;
constexpr auto kWhole = PageRecorder::State::whole;

// The page of a response that comes byte by byte, and then the end of the connection.
std::string recorded(std::string_view response) {
  PageRecorder recorder;
  for (std::size_t i = 0; i < response.size(); ++i) {
    const auto state = recorder.feed(as_bytes(response.substr(i, 1)));
    if (state.has_error()) return state.error().front().what;
    if (*state == kWhole) return recorder.page();
  }
  const auto closed = recorder.close();
  return closed.has_error() ? closed.error().front().what : recorder.page();
}

TEST(PageRecorder, KeepsAllButTheFieldsOfTheConnection) {
  EXPECT_EQ(
      recorded("HTTP/1.1 503 No\r\nsErVeR: x\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
               "Date: today\r\ncontent-length: 2\r\nX-A:  b\r\n\r\nno"),
      "HTTP/1.1 503 No\r\nsErVeR: x\r\nDate: today\r\ncontent-length: 2\r\nX-A:  b\r\n\r\nno");
}

TEST(PageRecorder, TakesTheBodyOutOfItsChunks) {
  EXPECT_EQ(recorded("HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
                     "2\r\nno\r\n1\r\n!\r\n0\r\n\r\n"),
            "HTTP/1.1 503 No\r\nContent-Length: 3\r\nA: b\r\n\r\nno!");
}

TEST(PageRecorder, GivesABodyThatEndsWithTheConnectionItsLength) {
  EXPECT_EQ(recorded("HTTP/1.1 503 No\r\nA: b\r\n\r\nno"),
            "HTTP/1.1 503 No\r\nA: b\r\nContent-Length: 2\r\n\r\nno");
}

TEST(PageRecorder, SkipsInterimResponses) {
  EXPECT_EQ(
      recorded("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"),
      "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
}

TEST(PageRecorder, SaysWhatIsWrong) {
  EXPECT_EQ(recorded("SSH-2.0-OpenSSH\r\n"), "that is no HTTP/1 response: bad_version");
  EXPECT_EQ(recorded("HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nno"), "the response broke off");
  EXPECT_EQ(recorded("HTTP/1.1 503 No\r\n"), "the response broke off");
  EXPECT_EQ(recorded("HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\nx"),
            "the body is broken: bad_chunk_size");
  PageRecorder recorder;
  const std::string large = "HTTP/1.1 503 No\r\n\r\n" + std::string((256 << 10) + 1, 'a');
  EXPECT_EQ(recorder.feed(as_bytes(large)).error().front().what, "the body is larger than 256 KiB");
}

TEST(PageRecorder, WantsMoreUntilTheResponseIsWhole) {
  PageRecorder recorder;
  EXPECT_EQ(recorder.feed(as_bytes("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nn")).value(),
            kMore);
  EXPECT_EQ(recorder.feed(as_bytes("o")).value(), kWhole);
}

}  // namespace
}  // namespace firedrill::cli
