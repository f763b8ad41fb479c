#include "tests/codec/http_scan.h"

namespace firedrill::http {
namespace {

ResponseHead head_of(const std::string& message, ResponseTo to = ResponseTo::other) {
  ResponseScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(message), to), kComplete) << message;
  return scanner.head();
}

Reason reason_of_line(std::string_view line) {
  return reason_of_response(std::string(line) + "\r\n\r\n");
}

TEST(HttpStatusLine, GivesItsParts) {
  const std::string message = "HTTP/1.0 404 Not  Found\xE9\r\nContent-Length: 2\r\n\r\nhi";
  const ResponseHead head = head_of(message);
  EXPECT_EQ(head.size, message.size() - 2);
  EXPECT_EQ(head.raw, message.substr(0, head.size));
  EXPECT_EQ(head.start_line, "HTTP/1.0 404 Not  Found\xE9\r\n");
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.phrase, "Not  Found\xE9");
  EXPECT_EQ(head.version_minor, 0);
  EXPECT_EQ(head.framing, (Framing{.kind = Framing::Kind::length, .length = 2}));
}

TEST(HttpStatusLine, IsStrict) {
  EXPECT_EQ(reason_of_line("HTTP/1.1 200 OK"), Reason::none);
  EXPECT_EQ(reason_of_line("HTTP/1.1 200 "), Reason::none);
  EXPECT_EQ(reason_of_line("HTTP/1.1 200"), Reason::none);
  EXPECT_EQ(reason_of_line("HTTP/1.1 100 Continue"), Reason::none);
  EXPECT_EQ(reason_of_line("HTTP/1.1 999 x"), Reason::none);
  EXPECT_EQ(reason_of_line("HTTP/1.1 099 x"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1 20 OK"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1 2000 OK"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1 200\tOK"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1  200 OK"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1 +20 OK"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_line("HTTP/1.1 200 O\x01K"), Reason::control_character);
  EXPECT_EQ(reason_of_line("HTTP/2.0 200 OK"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("HTTP/1.2 200 OK"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("http/1.1 200 OK"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("ICY 200 OK"), Reason::bad_version);
  EXPECT_EQ(reason_of_response("\r\nHTTP/1.1 200 OK\r\n\r\n"), Reason::bad_version);
  EXPECT_EQ(reason_of_response("HTTP/1.1 200 OK\n\r\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_response("HTTP/1.1 200\n\r\n"), Reason::bad_status_line);
  EXPECT_EQ(reason_of_response("HTTP/1.1 200 OK\rX\r\n\r\n"), Reason::bare_cr);
}

TEST(HttpResponseFraming, FollowsFieldsStatusAndMethod) {
  using Kind = Framing::Kind;
  const auto kind = [](std::string_view status, std::string_view lines,
                       ResponseTo to = ResponseTo::other) {
    return head_of("HTTP/1.1 " + std::string(status) + " x\r\n" + std::string(lines) + "\r\n", to)
        .framing.kind;
  };
  EXPECT_EQ(kind("200", "Content-Length: 5\r\n"), Kind::length);
  EXPECT_EQ(kind("200", "Transfer-Encoding: chunked\r\n"), Kind::chunked);
  EXPECT_EQ(kind("200", ""), Kind::until_close);
  EXPECT_EQ(kind("205", "Content-Length: 0\r\n"), Kind::length);
  for (const auto status : {"100", "101", "103", "199", "204", "304"}) {
    EXPECT_EQ(kind(status, ""), Kind::none) << status;
    EXPECT_EQ(kind(status, "Content-Length: 5\r\n"), Kind::none) << status;
    EXPECT_EQ(kind(status, "Transfer-Encoding: chunked\r\n"), Kind::none) << status;
  }
  EXPECT_EQ(kind("200", "Content-Length: 5\r\n", ResponseTo::head), Kind::none);
  EXPECT_EQ(kind("200", "", ResponseTo::head), Kind::none);
  EXPECT_EQ(kind("203", ""), Kind::until_close);
  EXPECT_EQ(kind("303", "Content-Length: 1\r\n"), Kind::length);
}

TEST(HttpResponseFraming, IsHeldToTheRulesOfRequests) {
  EXPECT_EQ(reason_of_response(response_with("Content-Length: 1\r\nContent-Length: 1\r\n")),
            Reason::duplicate_content_length);
  EXPECT_EQ(reason_of_response(response_with("Content-Length: 1, 1\r\n")),
            Reason::bad_content_length);
  EXPECT_EQ(
      reason_of_response(response_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")),
      Reason::conflicting_lengths);
  EXPECT_EQ(reason_of_response(response_with("Transfer-Encoding: gzip, chunked\r\n")),
            Reason::bad_transfer_encoding);
  EXPECT_EQ(reason_of_response("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Reason::bad_transfer_encoding);
  EXPECT_EQ(reason_of_response(response_with("transfer_encoding: chunked\r\n")),
            Reason::framing_look_alike);
  EXPECT_EQ(reason_of_response(response_with("X: a\r\n b\r\n")), Reason::folded_field);
  // Where there is no body the fields must still be right.
  EXPECT_EQ(reason_of_response("HTTP/1.1 304 x\r\nContent-Length: x\r\n\r\n"),
            Reason::bad_content_length);
}

TEST(HttpResponse, SaysWhetherTheConnectionIsGoodForMore) {
  const auto kept = [](std::string_view head) { return head_of(std::string(head)).keep_alive; };
  EXPECT_TRUE(kept("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(kept("HTTP/1.1 204 No\r\n\r\n"));
  EXPECT_FALSE(kept("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_FALSE(kept("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(kept("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(kept("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(HttpResponse, TellsInterimFromFinal) {
  EXPECT_TRUE(head_of("HTTP/1.1 100 Continue\r\n\r\n").is_interim());
  EXPECT_TRUE(head_of("HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n").is_interim());
  const ResponseHead switching =
      head_of("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_FALSE(switching.is_interim());
  EXPECT_TRUE(switching.upgrade);
  EXPECT_FALSE(head_of("HTTP/1.1 200 OK\r\n\r\n").is_interim());
}

TEST(HttpResponse, HeadIsLimitedTo32KiB) {
  const auto head_with_size = [](std::size_t size) {
    const std::size_t rest = response_with("X: \r\n").size();
    return response_with("X: " + std::string(size - rest, 'x') + "\r\n");
  };
  ResponseScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(head_with_size(32_KiB)), ResponseTo::other), kComplete);
  EXPECT_EQ(scanner.scan(as_bytes(head_with_size(32_KiB + 1)), ResponseTo::other),
            refuse(Reason::head_too_large));
  EXPECT_FALSE(scanner.worth_scanning(as_bytes("HTTP/1.1 200 OK\r\nX"), 17));
  EXPECT_TRUE(scanner.worth_scanning(as_bytes("HTTP/1.1 200 OK\r\nX"), 16));
}

TEST(HttpReason, EachHasATextOfItsOwn) {
  for (int i = 0; i < kReasonCount; ++i) {
    for (int j = 0; j < i; ++j) {
      EXPECT_NE(text_of(static_cast<Reason>(i)), text_of(static_cast<Reason>(j)));
    }
  }
}

}  // namespace
}  // namespace firedrill::http
