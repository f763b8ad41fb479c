#include "proxy/codec/http/forward.h"

#include "tests/codec/http_scan.h"

namespace firedrill::http {
namespace {

struct Forwarded {
  std::string text;
  std::size_t pieces = 0;
};

Forwarded joined(const ForwardedHead& head) {
  Forwarded forwarded{.text = {}, .pieces = head.pieces().size()};
  for (const std::string_view piece : head.pieces()) forwarded.text += piece;
  EXPECT_EQ(head.size(), forwarded.text.size());
  return forwarded;
}

Forwarded forward_request(std::string_view message, const ForwardOptions& options = {}) {
  RequestScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(message)), kComplete) << message;
  ForwardedHead head;
  head.gather(scanner.head(), options);
  return joined(head);
}

Forwarded forward_response(std::string_view message, const ForwardOptions& options = {}) {
  ResponseScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(message), ResponseTo::other), kComplete) << message;
  ForwardedHead head;
  head.gather(scanner.head(), options);
  return joined(head);
}

// What remains of a request's lines.
std::string kept_of(std::string_view lines, const ForwardOptions& options = {}) {
  const std::string text = forward_request(request_with(lines), options).text;
  const std::size_t before = std::string_view("GET / HTTP/1.1\r\nHost: a\r\n").size();
  return text.substr(before, text.size() - before - 2);
}

TEST(HttpForward, PassesACommonHeadAsOnePieceOfTheOriginal) {
  const std::string message = "POST /x HTTP/1.1\r\nhOsT: a\r\nX:  y \r\nContent-Length: 2\r\n\r\n";
  RequestScanner scanner;
  ASSERT_EQ(scanner.scan(as_bytes(message)), kComplete);
  ForwardedHead head;
  head.gather(scanner.head());
  ASSERT_EQ(head.pieces().size(), 1U);
  EXPECT_EQ(head.pieces()[0], message);
  EXPECT_EQ(head.pieces()[0].data(), message.data());

  EXPECT_EQ(forward_response("HTTP/1.1 200 OK\r\nX: y\r\n\r\n").pieces, 1U);
  EXPECT_EQ(forward_response("HTTP/1.1 200 OK\r\nX: y\r\n\r\n").text,
            "HTTP/1.1 200 OK\r\nX: y\r\n\r\n");
}

TEST(HttpForward, DropsTheEmptyLineBeforeARequest) {
  EXPECT_EQ(forward_request("\r\n" + request_with("")).text, request_with(""));
}

TEST(HttpForward, RemovesHopByHopFieldsAndKeepsTheRestInTwoPieces) {
  const Forwarded forwarded = forward_request(
      "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nConnection: keep-alive\r\nB: 2\r\nC: 3\r\n\r\n");
  EXPECT_EQ(forwarded.text, "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n");
  EXPECT_EQ(forwarded.pieces, 2U);
  EXPECT_EQ(kept_of("CONNECTION: close\r\nKeep-Alive: timeout=5\r\nproxy-connection: x\r\n"
                    "Upgrade: h2c\r\n"),
            "");
  EXPECT_EQ(forward_response("HTTP/1.1 200 OK\r\nKeep-Alive: x\r\nConnection: close\r\n\r\n").text,
            "HTTP/1.1 200 OK\r\n\r\n");
}

TEST(HttpForward, KeepsWhatIsEndToEnd) {
  for (const auto line : {"Proxy-Authenticate: x\r\n", "Proxy-Authorization: x\r\n",
                          "Trailer: x\r\n", "Expect: 100-continue\r\n", "Authorization: x\r\n",
                          "Transfer-Encoding: chunked\r\n", "Content-Length: 3\r\n"}) {
    EXPECT_EQ(kept_of(line), line);
    EXPECT_EQ(kept_of("Connection: x\r\n" + std::string(line)), line);
  }
}

TEST(HttpForward, RemovesWhatConnectionNames) {
  EXPECT_EQ(kept_of("X-A: 1\r\nConnection: x-a, X-C\r\nX-B: 2\r\nx-c: 3\r\nX-A: 4\r\nX-AA: 5\r\n"),
            "X-B: 2\r\nX-AA: 5\r\n");
  EXPECT_EQ(kept_of("X-A: 1\r\nConnection: y\r\nX-B: 2\r\nConnection: x-b\r\n"), "X-A: 1\r\n");
  EXPECT_EQ(kept_of("Trailer: a\r\nExpect: b\r\nConnection: trailer, expect\r\n"), "");
}

TEST(HttpForward, NeverRemovesFramingHostOrCredentialsThoughNamed) {
  const std::string lines = "Content-Length: 3\r\nAuthorization: x\r\n";
  EXPECT_EQ(kept_of("Connection: Content-Length, host, AUTHORIZATION\r\n" + lines), lines);
  EXPECT_EQ(kept_of("Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding\r\n"),
            "Transfer-Encoding: chunked\r\n");
}

TEST(HttpForward, KeepsOnlyTrailersOfTe) {
  EXPECT_EQ(kept_of("TE: trailers\r\n"), "TE: trailers\r\n");
  EXPECT_EQ(kept_of("te:Trailers \r\n"), "te:Trailers \r\n");
  EXPECT_EQ(kept_of("Te: gzip, trailers;q=1\r\n"), "");
  EXPECT_EQ(kept_of("Te: gzip;q=0.5, trailers\r\n"), "Te: trailers\r\n");
  EXPECT_EQ(kept_of("TE: gzip\r\n"), "");
  EXPECT_EQ(kept_of("TE:\r\n"), "");
  EXPECT_EQ(kept_of("TE: trailers\r\nConnection: TE\r\n"), "TE: trailers\r\n");
}

TEST(HttpForward, RewritesTheAbsoluteForm) {
  const auto line_of = [](std::string_view line) {
    const std::string text = forward_request(std::string(line) + "\r\nHost: a\r\n\r\n").text;
    return text.substr(0, text.find('\r'));
  };
  EXPECT_EQ(line_of("GET http://a/x/y?q HTTP/1.1"), "GET /x/y?q HTTP/1.1");
  EXPECT_EQ(line_of("GET http://a HTTP/1.1"), "GET / HTTP/1.1");
  EXPECT_EQ(line_of("GET http://a?q HTTP/1.1"), "GET /?q HTTP/1.1");
  EXPECT_EQ(line_of("OPTIONS http://a HTTP/1.1"), "OPTIONS * HTTP/1.1");
  EXPECT_EQ(line_of("OPTIONS http://a?q HTTP/1.1"), "OPTIONS /?q HTTP/1.1");
  EXPECT_EQ(line_of("OPTIONS http://a/ HTTP/1.1"), "OPTIONS / HTTP/1.1");
  EXPECT_EQ(line_of("OPTIONS * HTTP/1.1"), "OPTIONS * HTTP/1.1");
  EXPECT_EQ(forward_request("GET http://a/x HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n").pieces, 2U);
}

TEST(HttpForward, KeepsTheAuthorityOfAnAbsoluteFormWithoutHost) {
  EXPECT_EQ(forward_request("GET http://a:81/x HTTP/1.0\r\nB: c\r\n\r\n").text,
            "GET /x HTTP/1.0\r\nB: c\r\nHost: a:81\r\n\r\n");
  EXPECT_EQ(forward_request("GET /x HTTP/1.0\r\n\r\n").text, "GET /x HTTP/1.0\r\n\r\n");
}

TEST(HttpForward, EndsWithTheConnectionLineAskedFor) {
  EXPECT_EQ(kept_of("Connection: keep-alive\r\nA: b\r\n", {.connection = ConnectionLine::close}),
            "A: b\r\nConnection: close\r\n");
  EXPECT_EQ(kept_of("A: b\r\n", {.connection = ConnectionLine::keep_alive}),
            "A: b\r\nConnection: keep-alive\r\n");
  EXPECT_EQ(forward_response("HTTP/1.1 200 OK\r\n\r\n", {.connection = ConnectionLine::close}).text,
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
}

TEST(HttpForward, PassesAnAllowedUpgradeAsItCame) {
  const std::string lines =
      "Connection: keep-alive, Upgrade, X-A\r\nUpgrade: websocket\r\nX-A: 1\r\n";
  EXPECT_EQ(kept_of(lines + "Keep-Alive: 5\r\nTE: gzip\r\n", {.upgrade = UpgradeFields::keep}),
            lines);
  EXPECT_EQ(kept_of(lines), "");
}

TEST(HttpForward, ReplacesTheFraming) {
  const ForwardOptions chunked{.framing = FramingFields::chunked};
  const ForwardOptions until_close{.framing = FramingFields::until_close};
  EXPECT_EQ(kept_of("Content-Length: 3\r\nA: b\r\n", chunked),
            "A: b\r\nTransfer-Encoding: chunked\r\n");
  EXPECT_EQ(kept_of("transfer-encoding: chunked\r\nTrailer: T\r\n", chunked),
            "transfer-encoding: chunked\r\nTrailer: T\r\n");
  EXPECT_EQ(kept_of("", chunked), "Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(kept_of("Transfer-Encoding: chunked\r\nTrailer: T\r\nA: b\r\n", until_close),
            "A: b\r\n");
  EXPECT_EQ(kept_of("Content-Length: 3\r\nA: b\r\n", until_close), "A: b\r\n");
}

TEST(HttpForward, PutsItsLinesBehindTheFields) {
  EXPECT_EQ(
      kept_of("A: b\r\n", {.connection = ConnectionLine::close, .framing = FramingFields::chunked}),
      "A: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n");
}

TEST(HttpForward, HasRoomForTheWorstHead) {
  std::string lines = "Connection: X\r\n";
  std::string expected;
  for (int i = 0; i < 49; ++i) {
    lines += "TE: a, trailers\r\nX: removed\r\n";
    expected += "TE: trailers\r\n";
  }
  EXPECT_EQ(
      kept_of(lines, {.connection = ConnectionLine::close, .framing = FramingFields::chunked}),
      expected + "Transfer-Encoding: chunked\r\nConnection: close\r\n");
}

}  // namespace
}  // namespace firedrill::http
