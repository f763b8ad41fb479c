#include "control/admin/client.h"
#include "control/admin/server.h"
#include "tests/control/admin_fixture.h"

#include <boost/asio/local/stream_protocol.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace firedrill::admin {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(AdminServer, AnswersWithDecodedParametersQueryAndBody) {
  const auto server = start();
  const auto reply = ask(*server,
                         "PUT /v1/faults/a%20b?q=x%2fy HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"
                         "Connection: close\r\nContent-Type: application/json\r\n"
                         "Content-Length: 2\r\n\r\n{}");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(reply, HasSubstr(R"({"name":"a b","body":"{}","who":"local","q":"x/y","from":"127)"));
}

TEST(AdminServer, NamesTheMethodsOfAPathThatDoesNotTakeThisOne) {
  const auto server = start();
  EXPECT_THAT(ask(*server, get("/none")), HasSubstr("404 Not Found"));
  const auto reply = ask(*server, get("/v1/faults/a"));
  EXPECT_THAT(reply, HasSubstr("405 Method Not Allowed"));
  EXPECT_THAT(reply, HasSubstr("\r\nAllow: PUT\r\n"));
}

TEST(AdminServer, KeepsTheConnectionAndServesPipelinedRequests) {
  const auto server = start();
  Raw raw(*server);
  raw.send(
      "GET /open?q=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "GET /open?q=2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(raw.until("}\n"), HasSubstr("\"q\":\"1\""));
  EXPECT_THAT(raw.until("}\n"), HasSubstr("\"q\":\"2\""));
  raw.send(get("/open?q=3"));
  EXPECT_THAT(raw.rest(), HasSubstr("\"q\":\"3\""));
}

TEST(AdminServer, ClosesAfterAnHttp10RequestUnlessAskedNotTo) {
  const auto server = start();
  EXPECT_THAT(ask(*server, "GET /open HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK"));
  Raw raw(*server);
  raw.send("GET /open HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(raw.until("}\n"), HasSubstr("Connection: keep-alive"));
}

TEST(AdminServer, AnswersHeadWithoutABody) {
  const auto server = start();
  const auto reply =
      ask(*server, "HEAD /open HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("200 OK"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST(AdminServer, TakesChunkedBodiesHoweverTheyAreSplit) {
  const auto server = start();
  const std::string head =
      "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(ask(*server, head + "1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"), HasSubstr("\"{}\""));
  Raw raw(*server);
  raw.send(head);
  for (const char c : std::string_view("2\r\n{}\r\n0\r\n\r\n")) raw.send({&c, 1});
  EXPECT_THAT(raw.rest(), HasSubstr("\"{}\""));
  Raw empty(*server);  // the three reads at which Beast's own loop asserts
  empty.send(head).send("0\r\n").send("\r").send("\n");
  EXPECT_THAT(empty.rest(), HasSubstr("200 OK"));
}

TEST(AdminServer, SendsContinueOnlyToARequestThatItWillRead) {
  const auto server = start();
  Raw raw(*server);
  raw.send(
      "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(raw.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("{}");
  EXPECT_THAT(raw.rest(), HasSubstr("200 OK"));
  const auto refused = ask(*server,
                           "PUT /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                           "Expect: 100-continue\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 404"));
}

TEST(AdminServer, RefusesAHeadThatIsTooLargeOrMalformed) {
  const auto server = start();
  EXPECT_THAT(
      ask(*server, get("/open", "Host: localhost\r\nX: " + std::string(9000, 'x') + "\r\n")),
      HasSubstr("431 "));
  EXPECT_THAT(ask(*server, "nonsense\r\n\r\n"), HasSubstr("400 Bad Request"));
}

TEST(AdminServer, RefusesABodyOverTheRoutesLimit) {
  const auto server = start();
  const std::string large(256_KiB + 1, ' ');
  EXPECT_THAT(ask(*server, put(kJson, large)), HasSubstr("413 "));
  EXPECT_THAT(ask(*server, put(kJson, large.substr(1))), HasSubstr("200 OK"));
  EXPECT_THAT(ask(*server,
                  "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                  "Content-Type: application/json\r\n\r\n40001\r\n"),
              HasSubstr("413 "));
  EXPECT_THAT(ask(*server,
                  "POST /populate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  "Content-Length: 262145\r\n\r\n" +
                      large),
              HasSubstr("200 OK"));
}

TEST(AdminServer, RefusesAnEndlessChunkExtension) {
  const auto server = start();
  const auto reply = ask(*server,
                         "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                             std::string(32_KiB, 'x'));
  EXPECT_THAT(reply, HasSubstr("400 Bad Request"));
}

TEST(AdminServer, TurnsAwayConnectionsOverTheLimitAndServesAgainWhenOneLeaves) {
  Options options;
  options.limits.connections = 1;
  const auto server = start(std::move(options));
  {
    Raw first(*server);
    first.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(first.until("}\n"), HasSubstr("200 OK"));
    EXPECT_THAT(Raw(*server).rest(), StartsWith("HTTP/1.1 503 "));
    first.send(get("/open"));
    first.rest();
  }
  std::string reply;
  for (int i = 0; i < 100 && reply.find("200 OK") == std::string::npos; ++i) {
    reply = ask(*server, get("/open"));  // the place is free once the server saw the end
  }
  EXPECT_THAT(reply, HasSubstr("200 OK"));
}

TEST(AdminServer, CutsOffSlowHeadsBodiesAndIdleConnections) {
  Options options;
  options.limits.head_timeout = std::chrono::milliseconds(50);
  options.limits.body_timeout = std::chrono::milliseconds(50);
  options.limits.idle_timeout = std::chrono::milliseconds(50);
  const auto server = start(std::move(options));
  EXPECT_EQ(Raw(*server).rest(), "");
  EXPECT_EQ(Raw(*server).send("GET /open HT").rest(), "");
  EXPECT_EQ(Raw(*server).send(put(kJson, "{}").substr(0, put(kJson, "{}").size() - 1)).rest(), "");
  Raw idle(*server);
  idle.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(idle.until("}\n"), HasSubstr("200 OK"));
  EXPECT_EQ(idle.rest(), "");
}

TEST(AdminServer, RefusesToBeReachableFromElsewhereUnlessTold) {
  Options options;
  options.listen = "0.0.0.0:0";
  const auto refused = Server::start(routes(), options);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().front().path, "admin.listen");
  EXPECT_THAT(refused.error().front().what, HasSubstr("insecure_remote"));
  options.remote = Remote::insecure;
  EXPECT_TRUE(Server::start(routes(), options).has_value());
}

TEST(AdminServer, RefusesAnAddressInUse) {
  const auto server = start();
  Options options;
  options.listen = server->address();
  EXPECT_THAT(describe(Server::start(routes(), options).error()), HasSubstr("cannot listen"));
}

TEST(AdminServer, ListensOnAUnixSocketAndReplacesOnlyAStaleOne) {
  const std::string path = testing::TempDir() + "admin" + std::to_string(::getpid());
  Options options;
  options.listen = "unix:" + path;
  {
    asio::io_context context;  // a socket file that its owner left behind
    asio::local::stream_protocol::acceptor stale(context,
                                                 asio::local::stream_protocol::endpoint(path));
  }
  auto server = Server::start(routes(), options).value();
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  EXPECT_THAT(describe(Server::start(routes(), options).error()), HasSubstr("another process"));
  const auto client = Client::make({.address = options.listen}).value();
  EXPECT_THAT(client.get("/open").value().text, HasSubstr("\"from\":\"unix\""));
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
  std::ofstream(path) << "precious";
  EXPECT_THAT(describe(Server::start(routes(), options).error()), HasSubstr("is not a socket"));
  std::filesystem::remove(path);
}

TEST(AdminServer, AnswersAHandlersExceptionWith500) {
  const auto server = start();
  testing::internal::CaptureStderr();
  const auto reply = ask(*server, get("/throws"));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("error=oops"));
  EXPECT_THAT(reply, HasSubstr("500 Internal Server Error"));
  EXPECT_THAT(reply, Not(HasSubstr("oops")));
}

TEST(AdminServer, StreamsTheOpeningAndThePublishedEvents) {
  const auto server = start();
  Raw raw(*server);
  raw.send(get("/v1/events"));
  EXPECT_THAT(raw.until("\n\n"), StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"));
  server->publish({.name = "stats", .data = "{\"n\":1}"});
  EXPECT_EQ(raw.until("\n\n"), "event: stats\ndata: {\"n\":1}\n\n");
}

TEST(AdminServer, SendsHeartbeatsOnAQuietStream) {
  Options options;
  options.limits.heartbeat = std::chrono::milliseconds(10);
  const auto server = start(std::move(options));
  Raw raw(*server);
  raw.send(get("/v1/events"));
  raw.until("data: {}\n\n");
  EXPECT_EQ(raw.until("\n\n"), ": still here\n\n");
}

TEST(AdminServer, RefusesOneEventStreamTooMany) {
  Options options;
  options.limits.event_streams = 1;
  const auto server = start(std::move(options));
  Raw first(*server);
  first.send(get("/v1/events"));
  first.until("data: {}\n\n");
  EXPECT_THAT(ask(*server, get("/v1/events")), HasSubstr("503 "));
}

TEST(AdminServer, DropsTheEventStreamThatDoesNotKeepUp) {
  Options options;
  options.limits.event_queue = 2;
  const auto server = start(std::move(options));
  Raw slow(*server);
  slow.send(get("/v1/events"));
  slow.until("data: {}\n\n");
  const std::string large(1_MiB, 'x');
  // Published at once on the admin thread, so that the stream's coroutine cannot run in between.
  for (int i = 0; i < 20; ++i) server->publish({.name = "e", .data = large});
  EXPECT_LT(slow.rest().size(), 20 * 1_MiB);
}

TEST(EventHub, DropsOnlyTheSubscriberThatLags) {
  EventHub hub(2);
  int woken = 0;
  EventHub::Subscription slow(hub, [&] { ++woken; });
  EventHub::Subscription quick(hub, [] {});
  for (int i = 0; i < 3; ++i) {
    hub.publish({.name = "e", .data = std::to_string(i)});
    EXPECT_EQ(quick.take(), "event: e\ndata: " + std::to_string(i) + "\n\n");
  }
  EXPECT_TRUE(slow.dropped());
  EXPECT_FALSE(quick.dropped());
  EXPECT_EQ(woken, 3);
  EXPECT_EQ(slow.take(), "");
}

TEST(EventHub, DropsASubscriberThatLagsMegabytesBehind) {
  EventHub hub(64);
  EventHub::Subscription slow(hub, [] {});
  const Event large{.name = "e", .data = std::string(5_MiB, 'x')};
  hub.publish(large);
  EXPECT_FALSE(slow.dropped());
  EXPECT_GT(slow.take().size(), 5_MiB);
  hub.publish(large);
  hub.publish({.name = "e", .data = "{}"});
  EXPECT_TRUE(slow.dropped());
}

}  // namespace
}  // namespace firedrill::admin
