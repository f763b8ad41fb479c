#include "tests/session/http_edited.h"

#include <gmock/gmock.h>

// What faults that break messages off or break their framing do to connections that run, and how
// they go together with others.
namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;

using HttpBreaks = HttpEdited;

RulePtr body(std::string_view with) {
  return rule("http.body", with);
}
RulePtr truncate(std::string_view with) {
  return rule("http.truncate", with);
}
RulePtr malform(std::string_view with) {
  return rule("http.malform", with);
}

// --- http.truncate

TEST_F(HttpBreaks, ATruncatedBodyEndsWithFin) {
  proxy.publish({truncate(R"({"bytes": 1})")});
  const Plug server = answered(kOk);
  expect(client, kOk.substr(0, kOk.size() - 1));
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpBreaks, ATruncatedBodyEndsWithRst) {
  proxy.publish({truncate(R"({"bytes": 1, "end": "rst"})")});
  const Plug server = answered(kOk);
  expect(client, kOk.substr(0, kOk.size() - 1));
  EXPECT_EQ(hear(client), Heard::rst);
}

TEST_F(HttpBreaks, ATruncatedChunkedBodyLacksItsEnd) {
  proxy.publish({truncate(R"({"share": "50%"})")});
  const Plug server = answered(std::string(kChunkedHead) + chunk("abcd") + "0\r\n\r\n");
  expect(client, std::string(kChunkedHead) + chunk("ab"));
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpBreaks, ATruncatedBodyOfTheRightLengthLetsTheConnectionGoOn) {
  proxy.publish({truncate(R"({"bytes": 1, "length": "right"})")});
  const Plug server = answered(kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\no");
  say(client, kGet);
  expect(server, kGet);
  say(server, std::string(kChunkedHead) + chunk("abcd") + "0\r\n\r\n");
  expect(client, std::string(kChunkedHead) + chunk("a") + "0\r\n\r\n");
  expect_in_step(server);
}

TEST_F(HttpBreaks, AResponseThatEndsEarlyDoesNotWaitForTheRestOfIt) {
  proxy.publish({truncate(R"({"bytes": 1, "length": "right"})")});
  const Plug endless = answered(std::string(kChunkedHead) + chunk("abcd"));
  expect(client, std::string(kChunkedHead) + chunk("a") + "0\r\n\r\n");
  proxy.publish({});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, kOk);
}

TEST_F(HttpBreaks, AHangThatIsSwitchedOffLetsTheRestGoAtOnce) {
  proxy.publish({truncate(R"({"bytes": 1, "end": "hang"})")});
  const Plug server = answered(kOk);
  expect(client, kOk.substr(0, kOk.size() - 1));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "k");
  exchange(server);
}

TEST_F(HttpBreaks, AHangOfChunksKeepsTheirEndBack) {
  proxy.publish({truncate(R"({"bytes": 1, "end": "hang"})")});
  const Plug server = answered(std::string(kChunkedHead) + chunk("abcd") + "0\r\n\r\n");
  expect(client, std::string(kChunkedHead) + chunk("a"));
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, chunk("bcd") + "0\r\n\r\n");
  exchange(server);
}

struct ShortKeepAlive : HttpBreaks {
  ShortKeepAlive() : HttpBreaks([](ProxyConfig& config) { config.keep_alive_timeout = 20ms; }) {}
};

TEST_F(ShortKeepAlive, AHangOutlastsTheTimeForIdleConnections) {
  proxy.publish({truncate(R"({"bytes": 1, "end": "hang"})")});
  const Plug server = answered(kOk);
  expect(client, kOk.substr(0, kOk.size() - 1));
  const timeval patience{.tv_sec = 0, .tv_usec = 100'000};
  setsockopt(client.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  EXPECT_EQ(hear(client), Heard::silence);
  proxy.publish({});
  expect(client, "k");
}

TEST_F(HttpBreaks, AHangEndsWhenTheClientGivesUp) {
  proxy.publish({truncate(R"({"bytes": 1, "end": "hang"})")});
  const Plug server = answered(kOk);
  expect(client, kOk.substr(0, kOk.size() - 1));
  client = connect();
  EXPECT_EQ(hear(server), Heard::fin);
}

// --- http.malform

TEST_F(HttpBreaks, AMalformedChunkClosesTheConnection) {
  proxy.publish({malform(R"({"kind": "chunk_size"})")});
  const Plug server = answered(kOk);
  expect(client, std::string(kChunkedHead) + "z2\r\nok\r\n");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpBreaks, AMissingTerminatorClosesTheConnection) {
  proxy.publish({malform(R"({"kind": "missing_terminator"})")});
  const Plug server = answered(kOk);
  expect(client, std::string(kChunkedHead) + chunk("ok"));
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpBreaks, AWrongLengthClosesTheConnectionThoughMoreRequestsWait) {
  proxy.publish({malform(R"({"kind": "wrong_length", "by": -1})")});
  say(client, std::string(kGet).append(kGet));
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpBreaks, AnUnexpectedInterimLeavesTheConnectionInStep) {
  proxy.publish({malform(R"({"kind": "unexpected_interim", "status": 103})")});
  const Plug server = answered(kOk);
  expect(client, std::string("HTTP/1.1 103 Early Hints\r\n\r\n").append(kOk));
  expect_in_step(server);
}

// --- composition

TEST_F(HttpBreaks, AnAnswerOfAFaultPassesTheEditsOfOthers) {
  const RulePtr status = rule("http.status", R"({"code": 503, "body": "no service"})");
  proxy.publish({status, body(R"({"replace": "gone"})"),
                 rule("http.headers", R"({"remove": ["Content-Type"], "add": {"X-A": "1"}})")});
  say(client, kGet);
  expect(client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nX-A: 1\r\n\r\ngone");
  proxy.publish({status, truncate(R"({"bytes": 2})")});
  say(client, kGet);
  EXPECT_THAT(whole_head(client), HasSubstr("Content-Length: 10\r\n"));
  expect(client, "no");
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_TRUE(upstream_is_quiet());
}

TEST_F(HttpBreaks, EditsOfSeveralFaultsAreDoneInTheirOrder) {
  proxy.publish({body(R"({"json": {"pointer": "/a", "set": 10}})"),
                 body(R"({"json": {"pointer": "/a", "set": 200}})"),
                 truncate(R"({"share": "50%", "length": "right"})")});
  const Plug server = answered("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"a\"");
  expect_in_step(server);
}

TEST_F(HttpBreaks, AFaultThatEndsBeforeTheResponseEditsNothing) {
  proxy.publish({toward(Direction::both, body(R"({"replace": "other"})"))});
  say(client, kGet);
  const Plug server = asked(kGet);
  proxy.publish({});
  say(server, kOk);
  expect(client, kOk);
}

}  // namespace
}  // namespace firedrill
