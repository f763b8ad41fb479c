// Event streams in responses: when their length is known, and when they are silent.

#include "tests/session/http_plug.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using namespace test;

constexpr std::string_view kAsked = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 12\r\n\r\n";

struct EventsOfKnownLength : HttpProxied {
  // The upstream's end of an exchange whose response begins so.
  Plug begun(std::string_view body) {
    say(client, kAsked);
    Plug server = upstream.accept();
    whole_head(server);
    say(server, std::string(kHead).append(body));
    return server;
  }
  bool counted(std::uint64_t events) {
    return eventually([&] { return proxy.counters().stream_events == events; });
  }
};

TEST_F(EventsOfKnownLength, AreCountedWithoutAFault) {
  begun("{\"n\":1}\n1\n2\n");
  expect(client, std::string(kHead).append("{\"n\":1}\n1\n2\n"));
  EXPECT_TRUE(counted(3));
}

TEST_F(EventsOfKnownLength, AreLeftToAFaultThatComesTooLate) {
  const Plug server = begun("1\n2\n");
  expect(client, std::string(kHead).append("1\n2\n"));
  proxy.publish({rule("stream.drop")});
  say(server, "3\n4\n5\n6\n");
  expect(client, "3\n4\n5\n6\n");
  EXPECT_TRUE(counted(6));
}

TEST_F(EventsOfKnownLength, KeepItUnderAFaultOfOtherStreams) {
  proxy.publish({rule("stream.drop", "{}", R"({"path": "/other"})")});
  begun("1\n2\n3\n4\n5\n6\n");
  expect(client, std::string(kHead).append("1\n2\n3\n4\n5\n6\n"));
  EXPECT_TRUE(counted(6));
}

TEST_F(EventsOfKnownLength, LoseItToAFaultThatAsksForThem) {
  proxy.publish({rule("stream.drop", "{}", R"({"payload": "^2$"})")});
  begun("1\n2\n3\n4\n5\n6\n");
  EXPECT_THAT(whole_head(client), testing::HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(counted(6));
}

struct ImpatientWithStreams : HttpProxied {
  ImpatientWithStreams()
      : HttpProxied([](ProxyConfig& config) { config.response_timeout = 200ms; }) {}

  // The upstream's end of a stream that has begun for `asking`.
  Plug begun(const Plug& asking) const {
    constexpr std::string_view kChunked =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    say(asking, kAsked);
    Plug server = upstream.accept();
    whole_head(server);
    say(server, kChunked);
    expect(asking, kChunked);
    return server;
  }
};

TEST_F(ImpatientWithStreams, NoTimeRunsOutWhileAStallHoldsAnEvent) {
  proxy.publish({rule("stream.stall")});
  const Plug server = begun(client);
  say(server, "2\r\n1\n\r\n");
  const Plug other = connect();
  const Plug silent = begun(other);
  EXPECT_EQ(hear(other), Heard::rst) << "nothing of this one is held";
  EXPECT_TRUE(is_quiet(client));
  proxy.publish({});
  expect(client, "2\r\n1\n\r\n");
}

}  // namespace
}  // namespace firedrill
