#include "control/admin/client.h"
#include "control/admin/server.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

namespace firedrill::admin {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A raw connection. Every wait is bounded by the server's own timeouts or by the test's.
class Raw {
 public:
  explicit Raw(const Server& server) {
    const auto address = parse_address(server.address()).value();
    socket_.connect({asio::ip::make_address(address.host), address.port});
  }

  Raw& send(std::string_view text) {
    boost::system::error_code ignored;  // a server that refuses may close before it has read all
    asio::write(socket_, asio::buffer(text), ignored);
    return *this;
  }
  // All until the server closes.
  std::string rest() {
    std::string text;
    boost::system::error_code ignored;
    asio::read(socket_, asio::dynamic_buffer(text), ignored);
    return text;
  }
  std::string until(std::string_view mark) {
    boost::system::error_code ec;
    while (!ec && read_.find(mark) == std::string::npos) {
      char bytes[4096];
      const auto count = socket_.read_some(asio::buffer(bytes), ec);
      read_.append(bytes, count);
    }
    const std::size_t found = read_.find(mark);
    if (found == std::string::npos) return std::exchange(read_, {});
    const std::string text = read_.substr(0, found + mark.size());
    read_.erase(0, text.size());
    return text;
  }
  void shrink_receive_buffer() { socket_.set_option(asio::socket_base::receive_buffer_size(1024)); }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
  std::string read_;
};

Response echo(const Request& request) {
  return Response::json({{"name", request.param("name")},
                         {"body", request.body},
                         {"who", request.caller.name},
                         {"q", request.query_value("q")},
                         {"from", request.from}});
}

Router routes() {
  Router router;
  router.add({.method = Verb::get, .pattern = "/open", .handler = echo, .role = Role::anybody});
  router.add(
      {.method = Verb::get, .pattern = "/v1/faults", .handler = echo, .role = Role::viewers});
  router.add({.method = Verb::put, .pattern = "/v1/faults/{name}", .handler = echo});
  router.add({.method = Verb::post, .pattern = "/v1/halt", .handler = echo, .role = Role::halters});
  router.add(
      {.method = Verb::get, .pattern = "/v1/secret", .handler = echo, .denial = Denial::hidden});
  router.add({.method = Verb::post,
              .pattern = "/populate",
              .handler = echo,
              .body_type = BodyType::any,
              .body_limit = 4_MiB});
  router.add({.method = Verb::get,
              .pattern = "/v1/events",
              .handler = EventStream{[](const Request&) {
                return std::vector<Event>{{.name = "hello", .data = "{}"}};
              }}});
  router.add({.method = Verb::get, .pattern = "/throws", .handler = [](const Request&) -> Response {
                throw std::runtime_error("oops");
              }});
  return router;
}

std::unique_ptr<Server> start(Options options = {}) {
  options.listen = "127.0.0.1:0";
  return Server::start(routes(), std::move(options)).value();
}

std::string ask(const Server& server, std::string_view text) {
  return Raw(server).send(text).rest();
}

std::string put(std::string_view headers, std::string_view body = "{}") {
  return "PUT /v1/faults/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

constexpr std::string_view kJson = "Content-Type: application/json\r\n";

std::string get(std::string_view path, std::string_view headers = "Host: localhost\r\n") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nConnection: close\r\n" + std::string(headers) +
         "\r\n";
}

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

TEST(AdminServer, AnswersOnlyToItsOwnNames) {
  Options options;
  options.hosts = {"proxy.internal"};
  const auto server = start(std::move(options));
  for (const char* host :
       {"localhost:8474", "127.0.0.1", "[::1]:1", "LOCALHOST", "proxy.internal"}) {
    const auto reply = ask(*server, get("/open", "Host: " + std::string(host) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("200 OK")) << host;
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example"}) {
    const auto reply = ask(*server, get("/open", "Host: " + std::string(host) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("421 ")) << host;
  }
  EXPECT_THAT(ask(*server, get("/open", "")), HasSubstr("421 "));
  EXPECT_THAT(ask(*server, get("/open", "Host: localhost\r\nHost: localhost\r\n")),
              HasSubstr("400 "));
}

TEST(AdminServer, RefusesOtherOriginsAndSites) {
  const auto server = start();
  const auto with = [&](std::string_view headers) {
    return ask(*server, get("/open", "Host: localhost:1\r\n" + std::string(headers)));
  };
  EXPECT_THAT(with("Origin: http://localhost:1\r\nSec-Fetch-Site: same-origin\r\n"),
              HasSubstr("200 OK"));
  EXPECT_THAT(with("Sec-Fetch-Site: none\r\n"), HasSubstr("200 OK"));
  for (const char* header :
       {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://localhost:2\r\n",
        "Origin:\r\n", "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"}) {
    const auto reply = with(header);
    EXPECT_THAT(reply, HasSubstr("403 Forbidden")) << header;
    EXPECT_THAT(reply, Not(HasSubstr("Access-Control"))) << header;
  }
}

TEST(AdminServer, TakesMutationsOnlyAsExactlyJson) {
  const auto server = start();
  EXPECT_THAT(ask(*server, put(kJson)), HasSubstr("200 OK"));
  for (const char* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=utf-8\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n"}) {
    EXPECT_THAT(ask(*server, put(type)), HasSubstr("415 ")) << type;
  }
  EXPECT_THAT(
      ask(*server, "POST /populate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      HasSubstr("200 OK"));
}

TEST(AdminServer, LimitsTheRateOfMutationsButNotOfReads) {
  Options options;
  options.limits.mutations_per_second = 2;
  const auto server = start(std::move(options));
  std::string last;
  for (int i = 0; i < 8; ++i) last += ask(*server, put(kJson));
  EXPECT_THAT(last, HasSubstr("429 Too Many Requests"));
  EXPECT_THAT(last, HasSubstr("Retry-After: 1"));
  EXPECT_THAT(ask(*server, get("/open")), HasSubstr("200 OK"));
}

TEST(RateLimit, AllowsASecondsWorthAtOnceAndThenTheRate) {
  RateLimit limit(2);
  const TimePoint start{};
  EXPECT_TRUE(limit.allow(start));
  EXPECT_TRUE(limit.allow(start));
  EXPECT_FALSE(limit.allow(start));
  EXPECT_TRUE(limit.allow(start + std::chrono::milliseconds(500)));
  EXPECT_FALSE(limit.allow(start + std::chrono::milliseconds(900)));
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

TEST(AdminServer, AsksForATokenOfTheRightRole) {
  Options options;
  options.tokens = Tokens::parse("viewer:ann:v1\noperator:bob:o:1\nhalt:btn:h1\n").value();
  std::vector<std::string> denied;
  options.on_denied = [&](const Request& request) {
    denied.push_back(request.caller.name + " " + request.path);
  };
  auto server = start(std::move(options));
  const auto with = [&](std::string_view path, std::string_view token) {
    return ask(*server, get(path, "Host: localhost\r\nAuthorization: Bearer " + std::string(token) +
                                      "\r\n"));
  };
  EXPECT_THAT(ask(*server, get("/open")), HasSubstr("200 OK"));
  EXPECT_THAT(ask(*server, get("/v1/faults")), HasSubstr("401 Unauthorized"));
  EXPECT_THAT(with("/v1/faults", "wrong"), HasSubstr("WWW-Authenticate: Bearer"));
  EXPECT_THAT(with("/v1/faults", "v1"), HasSubstr("\"who\":\"ann\""));
  EXPECT_THAT(with("/v1/faults", "h1"), HasSubstr("403 Forbidden"));
  EXPECT_THAT(with("/v1/secret", "v1"), HasSubstr("404 Not Found"));
  EXPECT_THAT(with("/v1/secret", "o:1"), HasSubstr("200 OK"));
  EXPECT_THAT(ask(*server, put(std::string(kJson) + "Authorization: Bearer v1\r\n")),
              HasSubstr("403 Forbidden"));
  EXPECT_THAT(ask(*server, put(std::string(kJson) + "Authorization: bearer o:1\r\n")),
              HasSubstr("200 OK"));
  server.reset();
  EXPECT_THAT(denied, testing::ElementsAre("anonymous /v1/faults", "anonymous /v1/faults",
                                           "btn /v1/faults", "ann /v1/secret", "ann /v1/faults/a"));
}

TEST(Tokens, RefusesBadLinesWithoutShowingThem) {
  const auto tokens = Tokens::parse("# comment\n\nviewer:ann\nking:bob:s3cret\n");
  ASSERT_TRUE(tokens.has_error());
  EXPECT_THAT(tokens.error(), testing::SizeIs(2));
  EXPECT_EQ(tokens.error()[0].at.line, 3);
  EXPECT_THAT(describe(tokens.error()), Not(HasSubstr("s3cret")));
}

TEST(Tokens, RefusesAFileThatEverybodyCanRead) {
  const std::string path = testing::TempDir() + "tokens" + std::to_string(::getpid());
  std::ofstream(path) << "operator:bob:x\n";
  ::chmod(path.c_str(), 0644);
  EXPECT_THAT(describe(Tokens::load(path).error()), HasSubstr("readable by everybody"));
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(Tokens::load(path).value().find("x")->name, "bob");
  std::filesystem::remove(path);
}

TEST(Secret, PrintsStars) {
  std::ostringstream out;
  out << Secret("canary");
  EXPECT_EQ(out.str(), "***");
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

TEST(Responses, TellEveryProblemWithItsPointer) {
  const auto reply =
      invalid({{"faults[2].with.code", "must be a number", {3, 4}}, {"a/b", "is odd"}});
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(reply.body, R"({"error":{"code":"invalid","message":"must be a number",)"
                        R"("path":"/faults/2/with/code","problems":[{"path":"/faults/2/with/code",)"
                        R"("message":"must be a number","line":3,"column":4},)"
                        R"({"path":"/a~1b","message":"is odd"}]}})"
                        "\n");
}

TEST(Client, SendsJsonAndReadsTheReply) {
  const auto server = start();
  const auto client = Client::make({.address = server->address()}).value();
  const auto reply = client.put("/v1/faults/a", {{"x", 1}}).value();
  EXPECT_TRUE(reply.ok());
  EXPECT_EQ(reply.json.at("body").as_string(), "{\"x\":1}");
  const auto missing = client.remove("/v1/none").value();
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(missing.error(), "no such path");
}

TEST(Client, SaysWhatToDoWhenNobodyListens) {
  std::string address;
  {
    const auto server = start();
    address = server->address();
  }
  const auto client = Client::make({.address = address}).value();
  EXPECT_EQ(client.get("/open").error().front().what,
            "cannot reach the admin API at " + address +
                ": connection refused; is `firedrill serve` running?");
}

TEST(Client, FollowsEventsUntilToldToStop) {
  const auto server = start();
  const auto client = Client::make({.address = server->address()}).value();
  std::vector<std::string> names;
  const auto reply = client.follow("/v1/events", [&](const Event& event) {
    names.push_back(event.name);
    server->publish({.name = "next", .data = "{}"});
    return names.size() == 2 ? Client::Follow::stop : Client::Follow::on;
  });
  EXPECT_TRUE(reply.value().ok());
  EXPECT_THAT(names, testing::ElementsAre("hello", "next"));
}

TEST(EventReader, JoinsDataLinesAndSkipsComments) {
  EventReader reader;
  for (const char* line : {": still here", "", "event: e\r", "data: 1", "data:2"}) {
    EXPECT_FALSE(reader.line(line).has_value()) << line;
  }
  const auto event = reader.line("");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->name, "e");
  EXPECT_EQ(event->data, "1\n2");
}

TEST(Addresses, AreReadAndWritten) {
  EXPECT_EQ(parse_address("[::1]:80").value().host, "::1");
  EXPECT_EQ(parse_address("[::1]:80").value().text(), "[::1]:80");
  EXPECT_EQ(parse_address("unix:/a").value().path, "/a");
  for (const char* bad : {"", "localhost", ":80", "::1:80", "a:99999", "a:", "a:1x", "unix:"}) {
    EXPECT_TRUE(parse_address(bad).has_error()) << bad;
  }
}

}  // namespace
}  // namespace firedrill::admin
