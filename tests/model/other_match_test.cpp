#include "tests/model/reading.h"

namespace firedrill {
namespace {

TEST(TcpMatch, IsByTheClientsAddress) {
  const auto match = match_of(Family::tcp, R"({"sources": ["10.0.0.0/8", "2001:db8::/32"]})");
  EXPECT_TRUE(match.accepts(peer_at("10.255.0.1")));
  EXPECT_TRUE(match.accepts(peer_at("2001:db8::1")));
  EXPECT_FALSE(match.accepts(peer_at("11.0.0.1")));
  EXPECT_FALSE(match.accepts(Peer{}));
  EXPECT_TRUE(match_of(Family::tcp, R"({"source": "10.0.0.9"})").accepts(peer_at("10.0.0.9")));
  EXPECT_TRUE(Match().accepts(peer_at("192.0.2.1")));
}

TEST(HttpMatch, AsksForTheSourceToo) {
  const auto match = match_of(Family::http, R"({"source": "10.0.0.0/8", "path": "/a"})");
  const Request request("GET /a");
  EXPECT_TRUE(match.accepts(peer_at("10.1.1.1"), request.head()));
  EXPECT_FALSE(match.accepts(peer_at("192.0.2.1"), request.head()));
}

bool accepts_name(std::string_view json, std::string_view name, std::uint16_t type = 1) {
  const Lookup lookup(name, type);
  return match_of(Family::dns, json)
      .accepts(peer_at("10.0.0.9"), lookup.question(), dns::Transport::udp);
}

TEST(DnsMatch, ExactNamesIgnoreCase) {
  constexpr auto kMatch = R"({"names": ["Pay.example", "b.example."]})";
  EXPECT_TRUE(accepts_name(kMatch, "pAY.example"));
  EXPECT_TRUE(accepts_name(kMatch, "b.example"));
  EXPECT_FALSE(accepts_name(kMatch, "a.pay.example"));
  EXPECT_FALSE(accepts_name(kMatch, "example"));
}

TEST(DnsMatch, SuffixesAreOfWholeLabelsAndNotTheNameItself) {
  constexpr auto kMatch = R"({"name": "*.example"})";
  EXPECT_TRUE(accepts_name(kMatch, "a.EXAMPLE"));
  EXPECT_TRUE(accepts_name(kMatch, "a.b.example"));
  EXPECT_FALSE(accepts_name(kMatch, "example"));
  EXPECT_FALSE(accepts_name(kMatch, "anexample"));
}

TEST(DnsMatch, RegularExpressionsAreOfTheWholeNameWithoutItsDot) {
  constexpr auto kMatch = R"({"names": ["~pay-\\d+\\.EXAMPLE", "other.example"]})";
  EXPECT_TRUE(accepts_name(kMatch, "Pay-7.example"));
  EXPECT_TRUE(accepts_name(kMatch, "other.example"));
  EXPECT_FALSE(accepts_name(kMatch, "a.pay-7.example"));
  EXPECT_TRUE(match_of(Family::dns, kMatch).dns_names().empty());
}

TEST(DnsMatch, ALeadingDotMeansTheNameAndAllBelowIt) {
  constexpr auto kMatch = R"({"name": ".Example"})";
  EXPECT_TRUE(accepts_name(kMatch, "example"));
  EXPECT_TRUE(accepts_name(kMatch, "a.b.EXAMPLE"));
  EXPECT_FALSE(accepts_name(kMatch, "anexample"));
}

TEST(DnsMatch, GlobsStayWithinTheLabel) {
  constexpr auto kMatch = R"({"names": ["API-*.example.", "db?.*.internal"]})";
  EXPECT_TRUE(accepts_name(kMatch, "api-7.Example"));
  EXPECT_TRUE(accepts_name(kMatch, "api-.example"));
  EXPECT_FALSE(accepts_name(kMatch, "api-7.a.example"));
  EXPECT_FALSE(accepts_name(kMatch, "api-7.example.com"));
  EXPECT_FALSE(accepts_name(kMatch, "x.api-7.example"));
  EXPECT_TRUE(accepts_name(kMatch, "db1.eu.internal"));
  EXPECT_FALSE(accepts_name(kMatch, "db12.eu.internal"));
  EXPECT_FALSE(accepts_name(kMatch, "db1.eu.west.internal"));
}

TEST(DnsMatch, GlobsCrossLabelsWithTwoAsterisksAndAtTheFront) {
  EXPECT_TRUE(accepts_name(R"({"name": "api.**.example"})", "api.a.b.example"));
  EXPECT_FALSE(accepts_name(R"({"name": "api.**.example"})", "api.example"));
  EXPECT_TRUE(accepts_name(R"({"name": "*.api-*.example"})", "a.b.api-7.example"));
  EXPECT_FALSE(accepts_name(R"({"name": "*.api-*.example"})", "api-7.example"));
}

TEST(DnsMatch, ABackslashTakesTheWildcardItsMeaning) {
  EXPECT_TRUE(accepts_name(R"({"name": "\\*.example"})", R"(\*.example)"));
  EXPECT_FALSE(accepts_name(R"({"name": "\\*.example"})", "a.example"));
}

TEST(DnsMatch, SearchSuffixesAreTriedBehindEachName) {
  constexpr auto kMatch = R"({"names": ["pay", "*.shop", "db-*", "~cache\\d", "whole."],
                              "expand_search": ["ns.svc.local", "svc.local."]})";
  EXPECT_TRUE(accepts_name(kMatch, "pay"));
  EXPECT_TRUE(accepts_name(kMatch, "pay.ns.svc.local"));
  EXPECT_TRUE(accepts_name(kMatch, "PAY.svc.local"));
  EXPECT_FALSE(accepts_name(kMatch, "pay.local"));
  EXPECT_TRUE(accepts_name(kMatch, "a.shop.svc.local"));
  EXPECT_TRUE(accepts_name(kMatch, "db-7.svc.local"));
  EXPECT_FALSE(accepts_name(kMatch, "db-7.other"));
  EXPECT_TRUE(accepts_name(kMatch, "cache1.svc.local"));
  EXPECT_FALSE(accepts_name(kMatch, "cache1.other.local"));
  EXPECT_TRUE(accepts_name(kMatch, "whole"));
  EXPECT_FALSE(accepts_name(kMatch, "whole.svc.local"));
}

TEST(DnsMatch, TypesAreByNameOrNumber) {
  EXPECT_TRUE(accepts_name(R"({"qtypes": ["a", "AAAA"]})", "x", 28));
  EXPECT_FALSE(accepts_name(R"({"qtypes": ["A", "AAAA"]})", "x", 15));
  EXPECT_TRUE(accepts_name(R"({"qtype": "TYPE65"})", "x", 65));
  EXPECT_TRUE(accepts_name(R"({"qtype": "HTTPS"})", "x", 65));
}

TEST(DnsMatch, TransportIsThatOfTheQuery) {
  const auto match = match_of(Family::dns, R"({"transport": "tcp"})");
  const Lookup lookup("x");
  const Peer peer = peer_at("10.0.0.9");
  EXPECT_TRUE(match.accepts(peer, lookup.question(), dns::Transport::tcp));
  EXPECT_FALSE(match.accepts(peer, lookup.question(), dns::Transport::udp));
}

bool accepts_event(std::string_view json, const event::Event& event) {
  return match_of(Family::stream, json).accepts(event);
}

event::Event with_payload(std::string_view payload) {
  return {.raw = {}, .payload = payload, .type = "order.updated", .id = "shop/7"};
}

TEST(EventMatch, TypesAndKeysAreGlobsBySegment) {
  const auto event = with_payload("{}");
  EXPECT_TRUE(accepts_event(R"({"event": "order.updated"})", event));
  EXPECT_TRUE(accepts_event(R"({"event": "order.*"})", event));
  EXPECT_TRUE(accepts_event(R"({"event": "*.update?"})", event));
  EXPECT_TRUE(accepts_event(R"({"event": "**"})", event));
  EXPECT_TRUE(accepts_event(R"({"event": "o**d"})", event));
  EXPECT_TRUE(accepts_event(R"({"event": ["nothing", "order.*"]})", event));
  EXPECT_FALSE(accepts_event(R"({"event": "order*"})", event));
  EXPECT_FALSE(accepts_event(R"({"event": "order?updated"})", event));
  EXPECT_FALSE(accepts_event(R"({"event": "order"})", event));
  EXPECT_FALSE(accepts_event(R"({"event": "Order.*"})", event));
  EXPECT_TRUE(accepts_event(R"({"key": "shop/*"})", event));
  EXPECT_FALSE(accepts_event(R"({"key": "*"})", event));
}

TEST(EventMatch, BareJsonValuesCompareByTypeAndValue) {
  const auto event = with_payload(R"({"kind": "refund", "n": 1, "ok": true, "gone": null})");
  EXPECT_TRUE(accepts_event(R"({"json": {"/kind": "refund", "/n": 1, "/ok": true}})", event));
  EXPECT_TRUE(accepts_event(R"({"json": {"/n": 1.0}})", event));
  EXPECT_TRUE(accepts_event(R"({"json": {"/gone": null}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/kind": "refund", "/n": 2}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/n": "1"}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/absent": null}})", event));
}

TEST(EventMatch, JsonOperators) {
  const auto event = with_payload(R"({"order": {"total": 150, "id": "A-17"}})");
  const auto holds = [&](const std::string& pointer, const std::string& operators) {
    return accepts_event(R"({"json": {")" + pointer + R"(": {)" + operators + "}}}", event);
  };
  EXPECT_TRUE(holds("/order/total", R"("eq": 150)"));
  EXPECT_TRUE(holds("/order/total", R"("ne": 151)"));
  EXPECT_FALSE(holds("/order/total", R"("ne": 150)"));
  EXPECT_FALSE(holds("/order/none", R"("ne": 150)"));
  EXPECT_TRUE(holds("/order/total", R"("gt": 149.5, "lt": 151)"));
  EXPECT_FALSE(holds("/order/total", R"("gt": 150)"));
  EXPECT_FALSE(holds("/order/total", R"("gt": 100, "lt": 150)"));
  EXPECT_FALSE(holds("/order/id", R"("gt": 0)"));
  EXPECT_TRUE(holds("/order/id", R"("in": ["B-1", "A-17"])"));
  EXPECT_FALSE(holds("/order/id", R"("in": ["B-1", 17])"));
  EXPECT_TRUE(holds("/order/id", R"("exists": true)"));
  EXPECT_FALSE(holds("/order/id", R"("exists": false)"));
  EXPECT_TRUE(holds("/order/none", R"("exists": false)"));
  EXPECT_TRUE(holds("/order/id", R"("regex": "A-\\d+")"));
  EXPECT_FALSE(holds("/order/id", R"("regex": "A")"));
  EXPECT_FALSE(holds("/order/total", R"("regex": ".*")"));
}

TEST(EventMatch, WhatIsNotJsonMeetsNoJsonCondition) {
  const auto event = with_payload("{broken");
  EXPECT_FALSE(accepts_event(R"({"json": {"/a": {"exists": false}}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/a": {"ne": 1}}})", event));
}

TEST(EventMatch, PayloadPatternMayStandAnywhereInTheFirst64KiB) {
  EXPECT_TRUE(accepts_event(R"({"payload": "ref.nd"})", with_payload("a refund b")));
  EXPECT_FALSE(accepts_event(R"({"payload": "^ref"})", with_payload("a refund b")));
  const std::string within = std::string(64_KiB - 1, 'a') + "b";
  const std::string beyond = std::string(64_KiB, 'a') + "b";
  EXPECT_TRUE(accepts_event(R"({"payload": "b"})", with_payload(within)));
  EXPECT_FALSE(accepts_event(R"({"payload": "b"})", with_payload(beyond)));
}

TEST(EventMatch, TakesChannelsAndHeadersByPattern) {
  const event::EventHeader headers[] = {{"tenant", "gold.eu"}};
  event::Event event = with_payload("{}");
  event.channel = "orders.eu.paid";
  event.headers = headers;
  EXPECT_TRUE(accepts_event(R"({"channel": ["audit", "orders.*.paid"]})", event));
  EXPECT_FALSE(accepts_event(R"({"channel": "orders.*"})", event));
  EXPECT_TRUE(accepts_event(R"({"event_header": {"tenant": "gold.*"}})", event));
  EXPECT_FALSE(accepts_event(R"({"event_header": {"tenant": "silver"}})", event));
  EXPECT_FALSE(accepts_event(R"({"event_header": {"region": "**"}})", event));
}

TEST(EventMatch, TakesSizesAndDeliveriesByNumber) {
  event::Event event = with_payload("12345");
  event.delivery = 2;
  EXPECT_TRUE(accepts_event(R"({"size": {"gt": 4, "lt": 6}})", event));
  EXPECT_FALSE(accepts_event(R"({"size": {"gt": 5}})", event));
  EXPECT_TRUE(accepts_event(R"({"size": {"ge": 5, "le": 5}})", event));
  EXPECT_TRUE(accepts_event(R"({"delivery": {"ge": 2}})", event));
  EXPECT_FALSE(accepts_event(R"({"delivery": {"ge": 3}})", event));
}

TEST(EventMatch, LooksForAText) {
  EXPECT_TRUE(accepts_event(R"({"contains": "(refund"})", with_payload("a (refund) b")));
  EXPECT_FALSE(accepts_event(R"({"contains": "refund"})", with_payload("a re b")));
}

TEST(EventMatch, ComparesNumbersBothWaysInclusively) {
  const auto event = with_payload(R"({"n": 150})");
  EXPECT_TRUE(accepts_event(R"({"json": {"/n": {"ge": 150, "le": 150}}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/n": {"ge": 151}}})", event));
  EXPECT_FALSE(accepts_event(R"({"json": {"/n": {"le": 149.5}}})", event));
}

TEST(EventMatch, TakesConnectionsByTheirNumber) {
  const Match match = match_of(Family::stream, R"({"connection": {"nth": [1, 3]}})");
  EXPECT_TRUE(match.accepts(Peer{.connection = 1}));
  EXPECT_FALSE(match.accepts(Peer{.connection = 2}));
  EXPECT_TRUE(match.accepts(Peer{.connection = 3}));
}

TEST(EventMatch, StreamsAreSelectedByTheirRequest) {
  const auto match =
      match_of(Family::stream, R"({"path": "/events", "event": "a", "sticky": true})");
  EXPECT_TRUE(match.accepts(peer_at("10.0.0.9"), Request("GET /events").head()));
  EXPECT_FALSE(match.accepts(peer_at("10.0.0.9"), Request("GET /orders").head()));
  EXPECT_TRUE(match.sticky());
  EXPECT_FALSE(match_of(Family::stream, R"({"event": "a"})").sticky());
  EXPECT_FALSE(Match().sticky());
}

}  // namespace
}  // namespace firedrill
