#include "control/explain.h"

#include "tests/control/open_store.h"

#include <gtest/gtest.h>

#include <map>

namespace firedrill {
namespace {

// A shop whose active faults are these.
OpenStore shop_with(const std::string& faults) {
  return OpenStore(
      "proxies:\n"
      "  - {name: shop, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
      "faults:\n" +
      faults);
}

// Why each fault does not hit; "hit" for those that do, and the field where a match does not hold.
std::map<std::string, std::string> told(OpenStore& store, std::string_view question) {
  const auto answer = explain(*store.store, from_json(boost::json::parse(question)));
  EXPECT_FALSE(answer.has_error()) << describe(answer.error());
  std::map<std::string, std::string> verdicts;
  for (const auto& entry : answer->at("faults").as_array()) {
    const auto& fault = entry.as_object();
    std::string verdict =
        fault.at("hit").as_bool() ? "hit" : std::string(fault.at("reason").as_string());
    if (const auto* field = fault.if_contains("field"))
      verdict += " " + std::string(field->as_string());
    verdicts[std::string(fault.at("fault").as_string())] = verdict;
  }
  return verdicts;
}

std::string mistakes(OpenStore& store, std::string_view question) {
  const auto answer = explain(*store.store, from_json(boost::json::parse(question)));
  return answer.has_error() ? describe(answer.error()) : "";
}

using Verdicts = std::map<std::string, std::string>;

constexpr auto kSlowErrors =
    "  - {name: slow, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
    "     match: {path: /pay, response: {status: [5xx], header: {x-node: '7'}}}}\n";

TEST(Explain, WithoutAResponseSaysThatItDepends) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"}})"),
            (Verdicts{{"slow", "response"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/"}})"),
            (Verdicts{{"slow", "match match.path"}}));
}

TEST(Explain, DecidesByTheResponseThatIsGiven) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"},
                            "response": {"status": 503, "headers": ["X-Node: 7"]}})"),
            (Verdicts{{"slow", "hit"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"},
                            "response": {"status": 503}})"),
            (Verdicts{{"slow", "match match.response"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"}, "response": {}})"),
            (Verdicts{{"slow", "match match.response"}}));
}

TEST(Explain, LetsShareAndTriggerDecideWhenTheResponseIsThere) {
  OpenStore store = shop_with(
      "  - {name: unlucky, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
      "     match: {response: {status: 200}}, share: 0%}\n"
      "  - {name: waits, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
      "     match: {response: {status: 200}}, trigger: {after: 5}}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {}})"),
            (Verdicts{{"unlucky", "share"}, {"waits", "trigger"}}));
}

// As in an exchange: whoever answers the request is there before the response is.
TEST(Explain, AnswersAtTheRequestComeBeforeThoseAtTheResponse) {
  OpenStore store = shop_with(
      "  - {name: late, proxy: shop, type: http.status, with: {code: 500, reach: upstream},\n"
      "     match: {response: {status: 200}}, priority: 5, enabled: true}\n"
      "  - {name: early, proxy: shop, type: http.status, with: {code: 503}, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {"status": 200}})"),
            (Verdicts{{"late", "terminal"}, {"early", "hit"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}})"),
            (Verdicts{{"late", "response"}, {"early", "hit"}}));
}

TEST(Explain, OneOfTwoAnswersAtTheResponse) {
  OpenStore store = shop_with(
      "  - {name: low, proxy: shop, type: http.status, with: {code: 500, reach: upstream},\n"
      "     match: {response: {status: 200}}, enabled: true}\n"
      "  - {name: high, proxy: shop, type: http.status, with: {code: 503, reach: upstream},\n"
      "     match: {response: {status: 200}}, priority: 1, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {"status": 200}})"),
            (Verdicts{{"low", "terminal"}, {"high", "hit"}}));
}

// A feed over TCP, read by that codec, with this fault active.
OpenStore feed_with(const std::string& codec, const std::string& fault) {
  return OpenStore(
      "proxies:\n"
      "  - {name: feed, protocol: tcp, listen: 127.0.0.1:0, upstream: 127.0.0.1:1, codec: " +
      codec +
      "}\n"
      "faults:\n"
      "  - {name: broken, proxy: feed, enabled: true, " +
      fault + "}\n");
}

TEST(Explain, TellsOfAnEventOverTcp) {
  OpenStore store = feed_with("lines", "type: stream.drop, match: {payload: '^b'}");
  const auto about = [&](std::string_view event) {
    return told(store, R"({"proxy": "feed", "connection": {}, "event": )" + std::string(event) +
                           "}")["broken"];
  };
  EXPECT_EQ(about(R"({"payload": "b"})"), "hit");
  EXPECT_EQ(about(R"({"payload": "a"})"), "match match.payload");
  EXPECT_EQ(about(R"({"payload": "b", "direction": "request"})"), "direction");
  EXPECT_EQ(told(store, R"({"proxy": "feed", "connection": {}})")["broken"], "other_family");
}

TEST(Explain, KnowsAllThatAMatchOfEventsMayAskFor) {
  OpenStore store = feed_with("nats",
                              "type: stream.drop, match: {channel: orders.*, key: S/7, "
                              "event_header: {Tag: gold}, delivery: {gt: 1}}");
  const auto about = [&](std::string_view event) {
    return told(store, R"({"proxy": "feed", "connection": {}, "event": {"payload": "x",)" +
                           std::string(event) + "}}")["broken"];
  };
  EXPECT_EQ(about(R"("channel": "orders.new", "id": "S/7", "headers": ["Tag: gold"],
                     "delivery": 2)"),
            "hit");
  EXPECT_EQ(about(R"("channel": "a")"), "match match.channel");
  EXPECT_EQ(about(R"("channel": "orders.new", "id": "S/8")"), "match match.key");
  EXPECT_EQ(about(R"("channel": "orders.new", "id": "S/7", "headers": ["Tag: tin"])"),
            "match match.event_header");
}

// The codec decides what can be done to an event at all.
TEST(Explain, AsksTheCodecOfTheStream) {
  constexpr auto kClosing =
      "  - {name: cut, proxy: shop, type: stream.cut, with: {code: 1011}, enabled: true}\n";
  OpenStore store = shop_with(kClosing);
  const auto about = [&](std::string_view more) {
    return told(store, R"({"proxy": "shop", "request": {}, )" + std::string(more) + "}")["cut"];
  };
  EXPECT_EQ(about(R"("event": {})"), "format");
  EXPECT_EQ(about(R"("event": {"codec": "websocket"})"), "hit");
  OpenStore lines = shop_with(
      "  - {name: cut, proxy: shop, type: stream.cut, with: {codec: ndjson}, enabled: true}\n");
  EXPECT_EQ(told(lines, R"({"proxy": "shop", "request": {}, "event": {}, "response":
                            {"headers": ["Content-Type: application/x-ndjson"]}})")["cut"],
            "hit");
}

TEST(Explain, TakesAnEventWithoutARequestForOneOfAPlainRequest) {
  OpenStore store = shop_with(
      "  - {name: order, proxy: shop, type: stream.drop, match: {path: /, event: message},\n"
      "     enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "connection": {}, "event": {}})")["order"], "hit");
}

TEST(Explain, RefusesResponsesThatCanNotBe) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(mistakes(store, R"({"proxy": "shop", "connection": {}, "response": {}})"),
            "response: must stand beside the request or query that it answers");
  EXPECT_EQ(mistakes(store, R"({"proxy": "shop", "request": {}, "response": {"status": 100}})"),
            "response.status: must be from 200 to 599, not \"100\"");
  constexpr auto kNone = "response: is none that an http proxy would accept";
  for (const auto line : {"no colon", "A : b", "Content-Length: -1", "A: b\\r\\n\\r\\nX"}) {
    const std::string question = R"({"proxy": "shop", "request": {}, "response": {"headers": [")" +
                                 std::string(line) + R"("]}})";
    EXPECT_EQ(mistakes(store, question), kNone) << line;
  }
}

// A resolver whose active faults are these.
OpenStore resolver_with(const std::string& faults) {
  return OpenStore(
      "proxies:\n"
      "  - {name: dns, protocol: dns, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
      "faults:\n" +
      faults);
}

TEST(Explain, DecidesByTheReplyToAQuery) {
  OpenStore store = resolver_with(
      "  - {name: short, proxy: dns, type: dns.ttl, with: {set: 1s}, enabled: true,\n"
      "     match: {response: {rcode: [NOERROR], answers: {min: 2}, contains: [10.0.0.0/8]}}}\n");
  EXPECT_EQ(told(store, R"({"proxy": "dns", "query": {"name": "a.test"}})"),
            (Verdicts{{"short", "response"}}));
  const auto answered = [&](const std::string& response) {
    return told(store, R"({"proxy": "dns", "query": {"name": "a.test"}, "response": )" + response +
                           "}")["short"];
  };
  EXPECT_EQ(answered(R"({"records": ["A 10.0.0.1", "A 192.0.2.1"]})"), "hit");
  EXPECT_EQ(answered(R"({"records": ["CNAME b.test.", "b.test. A 10.0.0.1"]})"), "hit");
  EXPECT_EQ(answered(R"({"records": ["A 10.0.0.1"]})"), "match match.response");
  EXPECT_EQ(answered(R"({"records": ["A 192.0.2.1", "A 192.0.2.2"]})"), "match match.response");
  EXPECT_EQ(answered(R"({"rcode": "NXDOMAIN"})"), "match match.response");
}

TEST(Explain, TellsWhichFaultsHaveNothingToDoToAReply) {
  OpenStore store = resolver_with(
      "  - {name: turned, proxy: dns, type: dns.rotate, enabled: true}\n"
      "  - {name: frozen, proxy: dns, type: dns.stale, enabled: true}\n"
      "  - {name: gone, proxy: dns, type: dns.drop, with: {reach: upstream}, enabled: true,\n"
      "     match: {response: {rcode: [SERVFAIL, RCODE17]}}}\n"
      "  - {name: cut, proxy: dns, type: dns.truncate, enabled: true}\n");
  const auto question = [&](const char* response) {
    return told(store, std::string(R"({"proxy": "dns", "query": {"name": "a.test"}, "response": )")
                           .append(response)
                           .append("}"));
  };
  EXPECT_EQ(
      question(R"({"records": ["A 10.0.0.1", "A 10.0.0.2"]})"),
      (Verdicts{
          {"turned", "hit"}, {"frozen", "hit"}, {"gone", "match match.response"}, {"cut", "hit"}}));
  EXPECT_EQ(
      question(R"({"rcode": "RCODE17"})"),
      (Verdicts{{"turned", "format"}, {"frozen", "format"}, {"gone", "hit"}, {"cut", "terminal"}}));
}

TEST(Explain, RefusesRepliesThatCanNotBe) {
  OpenStore store = resolver_with("  - {name: lame, proxy: dns, type: dns.lame}\n");
  EXPECT_EQ(mistakes(store, R"({"proxy": "dns", "query": {"name": "a.test"},
                                "response": {"status": 200}})")
                .substr(0, 15),
            "response.status");
  EXPECT_EQ(mistakes(store, R"({"proxy": "dns", "query": {"name": "a.test"},
                                "response": {"records": ["A 10.0.0.256"]}})")
                .substr(0, 19),
            "response.records[0]");
}

TEST(Explain, NamesTheMatchThatProtects) {
  OpenStore store(
      "proxies:\n"
      "  - {name: shop, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1,\n"
      "     never: [{path: /admin}, {path: /healthz, source: 10.0.0.0/8}]}\n"
      "faults:\n"
      "  - {name: broken, proxy: shop, type: http.status, with: {code: 503}, enabled: true}\n"
      "  - {name: slow, proxy: shop, type: tcp.latency, with: {delay: 1s}, enabled: true}\n"
      "  - {name: other, proxy: shop, type: http.hang, match: {path: /x}, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/admin"}})"),
            (Verdicts{{"broken", "never never[0]"},
                      {"slow", "never never[0]"},
                      {"other", "match match.path"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop",
                            "request": {"path": "/healthz", "source": "10.0.0.9"}})")["broken"],
            "never never[1]");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/healthz"}})")["broken"], "hit");
}

}  // namespace
}  // namespace firedrill
