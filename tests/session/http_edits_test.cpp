#include "tests/session/http_edited.h"

#include "proxy/session/edited_message.h"

// What faults that edit messages do to connections that run: every framing, both directions, and
// the connection afterwards.
namespace firedrill {
namespace {

using namespace test;

using HttpEdits = HttpEdited;

RulePtr body(std::string_view with) {
  return rule("http.body", with);
}

// --- bodies of responses

TEST_F(HttpEdits, ABodyOfKnownLengthGetsTheRightOne) {
  proxy.publish({body(R"({"replace": "longer than before"})")});
  const Plug server = answered(kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nlonger than before");
  expect_in_step(server);
}

TEST_F(HttpEdits, AChunkedBodyStaysChunked) {
  proxy.publish({body(R"({"replace": "other"})")});
  const Plug server = answered(std::string(kChunkedHead) + chunk("ab") + chunk("cd") + "0\r\n\r\n");
  expect(client, std::string(kChunkedHead) + chunk("other") + "0\r\n\r\n");
  expect_in_step(server);
}

TEST_F(HttpEdits, ABodyUntilTheConnectionClosesEndsSo) {
  proxy.publish({body(R"({"replace": "other"})")});
  {
    const Plug server = answered("HTTP/1.1 200 OK\r\n\r\nab");
    say(server, "cd");
  }
  expect(client, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nother");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpEdits, AnEmptyBodyMayBecomeOne) {
  proxy.publish({body(R"({"replace": "some"})")});
  const Plug server = answered("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome");
  expect_in_step(server);
}

TEST_F(HttpEdits, HeadAndNoContentHaveNoBodyToEdit) {
  const RulePtr fault = body(R"({"replace": "other"})");
  proxy.publish({fault});
  constexpr std::string_view kHead = "HEAD / HTTP/1.1\r\nHost: shop\r\n\r\n";
  constexpr std::string_view kHeadOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  constexpr std::string_view kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";
  const Plug server = answered(kHeadOk, kHead);
  expect(client, kHeadOk);
  say(client, kGet);
  expect(server, kGet);
  say(server, kNoContent);
  expect(client, kNoContent);
  expect_in_step(server);
  EXPECT_EQ(fault->state->hit, 0u);
  EXPECT_EQ(fault->state->skipped_format, 2u);
}

TEST_F(HttpEdits, AnOldClientGetsNoChunks) {
  proxy.publish({body(R"({"replace": "other"})")});
  constexpr std::string_view kOld = "GET / HTTP/1.0\r\nHost: shop\r\n\r\n";
  const Plug server = answered(std::string(kChunkedHead) + chunk("ab") + "0\r\n\r\n", kOld);
  expect(client, "HTTP/1.1 200 OK\r\n\r\nother");
  EXPECT_EQ(hear(client), Heard::fin);
}

TEST_F(HttpEdits, AnOldClientIsSparedWhatBreaksChunks) {
  const RulePtr fault = rule("http.malform", R"({"kind": "chunk_size"})");
  proxy.publish({fault});
  const Plug server = answered(kOk, "GET / HTTP/1.0\r\nHost: shop\r\n\r\n");
  EXPECT_EQ(next(client, kOk.size()), kOk);
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(fault->state->skipped_format, 1u);
}

TEST_F(HttpEdits, JsonIsGatheredAndEditedInWhateverFramingItComes) {
  proxy.publish({body(R"({"json": {"pointer": "/a", "set": "long"}})")});
  say(client, kGet);
  const Plug server = asked(kGet);
  say(server, std::string(kChunkedHead) + chunk("{\"a\""));
  EXPECT_TRUE(is_quiet(client));
  say(server, chunk(": 1}") + "0\r\n\r\n");
  expect(client, std::string(kChunkedHead) + chunk("{\"a\": \"long\"}") + "0\r\n\r\n");
  say(client, kGet);
  expect(server, kGet);
  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"a\":\"long\"}");
  expect_in_step(server);
}

TEST_F(HttpEdits, ABodyThatIsNoJsonPassesWithItsHead) {
  const RulePtr fault =
      body(R"({"json": {"pointer": "/a", "set": 1}, "content_type": "application/json"})");
  proxy.publish({fault});
  const Plug server = answered(kOk);
  expect(client, kOk);
  expect_in_step(server);
  EXPECT_EQ(fault->state->skipped_format, 1u);
}

TEST_F(HttpEdits, ABodyThatIsTooLargeToGatherPassesAsItIs) {
  const RulePtr fault = body(R"({"json": {"pointer": "/a", "set": 1}})");
  proxy.publish({fault});
  say(client, kGet);
  const Plug server = asked(kGet);
  const Bytes large = noise(kMostCollected + 200'000);
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n";
  say(server, head);
  const auto sent = sending(server, large);
  expect(client, head);
  expect_bytes(client, large);
  expect_in_step(server);
  EXPECT_EQ(fault->state->skipped_format, 1u);
}

TEST_F(HttpEdits, ABodyThatSaysThatItIsTooLargeIsNotWaitedFor) {
  proxy.publish({body(R"({"json": {"pointer": "/a", "set": 1}})")});
  const std::string begun = "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{";
  const Plug server = answered(begun);
  expect(client, begun);
}

TEST_F(HttpEdits, WhatIsGatheredForAFaultGoesOnAsItCameWhenTheFaultEnds) {
  const std::string begun = std::string(kChunkedHead) + chunk("{\"a\"");
  proxy.publish({body(R"({"json": {"pointer": "/a", "set": 2}})")});
  const Plug server = answered(begun);
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, begun);
  say(server, chunk(": 1}") + "0\r\n\r\n");
  expect(client, chunk(": 1}") + "0\r\n\r\n");
  expect_in_step(server);
}

TEST_F(HttpEdits, AClientThatGoesEndsTheGathering) {
  proxy.publish({body(R"({"json": {"pointer": "/a", "set": 2}})")});
  const Plug server = answered(std::string(kChunkedHead) + chunk("{\"a\""));
  reset(std::move(client));
  EXPECT_EQ(hear(server), Heard::rst);
}

TEST_F(HttpEdits, AnUpstreamThatEndsEarlyEndsTheGathering) {
  const std::string begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\"";
  const RulePtr fault = body(R"({"json": {"pointer": "/a", "set": 2}})");
  proxy.publish({fault});
  { const Plug server = answered(begun); }
  expect(client, begun);
  EXPECT_EQ(hear(client), Heard::fin);
  EXPECT_EQ(fault->state->skipped_format, 1u);
}

TEST_F(HttpEdits, AStreamOfEventsIsNotGathered) {
  proxy.publish({rule("http.truncate", R"({"share": 0.5})")});
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Plug server = answered(head + chunk("data: 1\n\n"));
  expect(client, head + chunk("data: 1\n\n"));
}

// --- heads

TEST_F(HttpEdits, FieldsChangeBothWays) {
  proxy.publish({toward(Direction::both, rule("http.headers", R"({"set": {"X-Way": "1"}})"))});
  say(client, kGet);
  const Plug server = asked("GET /orders HTTP/1.1\r\nHost: shop\r\nX-Way: 1\r\n\r\n");
  say(server, kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Way: 1\r\n\r\nok");
  expect_in_step(server);
}

TEST_F(HttpEdits, PipelinedRequestsAreAnsweredInTheirOrder) {
  proxy.publish({rule("http.headers", R"({"add": {"X-Hit": "1"}})", R"({"path": "/orders"})")});
  constexpr std::string_view kOther = "GET /other HTTP/1.1\r\nHost: shop\r\n\r\n";
  say(client, std::string(kGet).append(kOther).append(kGet));
  const Plug server = asked(kGet);
  say(server, kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Hit: 1\r\n\r\nok");
  expect(server, kOther);
  say(server, kOk);
  expect(client, kOk);
  expect(server, kGet);
  say(server, kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Hit: 1\r\n\r\nok");
}

TEST_F(HttpEdits, AMatchMayAskForTheResponse) {
  proxy.publish(
      {rule("http.body", R"({"replace": "other"})", R"({"response": {"status": [500]}})")});
  const Plug server = answered(kOk);
  expect(client, kOk);
  say(client, kGet);
  expect(server, kGet);
  say(server, "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno");
  expect(client, "HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\nother");
}

// --- requests

TEST_F(HttpEdits, ARequestsBodyIsEditedWithItsLengthRight) {
  const RulePtr fault = toward(Direction::request, body(R"({"replace": "other!"})"));
  proxy.publish({fault});
  say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  const Plug server = asked("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nother!");
  say(client, std::string("cd").append(kGet));
  say(server, kOk);
  expect(client, kOk);
  expect(server, kGet);
  say(server, kOk);
  expect(client, kOk);
  EXPECT_EQ(fault->state->skipped_format, 1u) << "the second has no body";
}

TEST_F(HttpEdits, ARequestsJsonIsGathered) {
  proxy.publish({toward(Direction::request, body(R"({"json": {"pointer": "/a", "set": 12}})"))});
  say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\"");
  EXPECT_TRUE(upstream_is_quiet());
  say(client, ":1}");
  const Plug server = asked("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n{\"a\":12}");
  say(server, kOk);
  expect(client, kOk);
  expect_in_step(server);
}

TEST_F(HttpEdits, ARequestThatIsGatheredGoesOnAsItCameWhenTheFaultEnds) {
  constexpr std::string_view kBegun =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\"";
  proxy.publish({toward(Direction::request, body(R"({"json": {"pointer": "/a", "set": 12}})"))});
  say(client, kBegun);
  EXPECT_TRUE(upstream_is_quiet());
  proxy.publish({});
  const Plug server = asked(kBegun);
  say(client, ":1}");
  expect(server, ":1}");
  say(server, kOk);
  expect(client, kOk);
  expect_in_step(server);
}

TEST_F(HttpEdits, AFaultOfBothWaysThatFindsNoRequestBodyStillEditsTheResponse) {
  const RulePtr fault = toward(Direction::both, body(R"({"replace": "other"})"));
  proxy.publish({fault});
  const Plug server = answered(kOk);
  expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
  expect_in_step(server);
  EXPECT_EQ(fault->state->hit, 1u);
  EXPECT_EQ(fault->state->skipped_format, 0u);
}

TEST_F(HttpEdits, AClientThatWaitsFor100ContinueIsAskedForItsBodyAsEver) {
  const RulePtr fault = toward(Direction::request, body(R"({"json": {"pointer": "", "set": 1}})"));
  proxy.publish({fault});
  constexpr std::string_view kExpect =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  say(client, kExpect);
  const Plug server = asked(kExpect);
  say(server, "HTTP/1.1 100 Continue\r\n\r\n");
  expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
  say(client, "{}");
  expect(server, "{}");
  say(server, kOk);
  expect(client, kOk);
  expect_in_step(server);
  EXPECT_EQ(fault->state->skipped_format, 1u);
}

TEST_F(HttpEdits, AStageReplacesTheBodyThatFollows100Continue) {
  proxy.publish({toward(Direction::request, body(R"({"replace": "other"})"))});
  say(client, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const Plug server =
      asked("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  say(server, "HTTP/1.1 100 Continue\r\n\r\n");
  expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
  say(client, "{}");
  expect(server, "other");
  say(server, kOk);
  expect(client, kOk);
  expect_in_step(server);
}

}  // namespace
}  // namespace firedrill
