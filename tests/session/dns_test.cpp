#include "proxy/session/held_queries.h"
#include "tests/session/dns_plug.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <thread>

namespace firedrill {
namespace {

using namespace test;

// Holds queries back before they are forwarded or answered.
RulePtr holding_queries() {
  auto held = std::make_shared<Rule>(*rule("dns.delay", R"({"delay": "1h"})"));
  held->direction = Direction::request;
  return held;
}

struct DnsUdp : testing::Test {
  Plug upstream = Plug::bound(SOCK_DGRAM);
  RunningProxy proxy{dns_config(upstream.port())};
  Plug client = Plug::connected(SOCK_DGRAM, proxy.port());
};

TEST_F(DnsUdp, RestoresTheClientsIdAndChangesNothingElse) {
  client.send(www_query());
  const auto [query, from] = upstream.receive_from();
  ASSERT_EQ(query.size(), www_query().size());
  EXPECT_TRUE(std::equal(query.begin() + 2, query.end(), www_query().begin() + 2));
  upstream.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
}

TEST_F(DnsUdp, TakesNoReplyWithAnotherIdQuestionOrSource) {
  client.send(www_query());
  const auto [query, from] = upstream.receive_from();
  Bytes wrong_id = reply_to(query);
  wrong_id[0] ^= std::byte{1};
  upstream.send_to(wrong_id, from);
  Bytes wrong_question = reply_to(query);
  wrong_question[13] ^= std::byte{2};
  upstream.send_to(wrong_question, from);
  const Plug stranger = Plug::bound(SOCK_DGRAM);
  stranger.send_to(reply_to(query), from);
  upstream.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
  upstream.send_to(reply_to(query), from);  // once more: nobody waits for it now
  client.send(www_query());
  const auto [next, next_from] = upstream.receive_from();
  upstream.send_to(reply_to(next), next_from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
  // The stranger's did not get past the kernel.
  EXPECT_GE(proxy.counters().dns_unexpected_replies, 2u);
}

TEST_F(DnsUdp, AnswersWhatIsNoSingleQuestionItself) {
  client.send(www_query("0002 0000 0000 0000"));
  const Bytes reply = client.receive();
  ASSERT_EQ(reply.size(), dns::kHeaderSize);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::format_error);
  EXPECT_EQ(proxy.counters().dns_bad_queries, 1u);
}

TEST_F(DnsUdp, AFaultAnswersInPlaceOfTheUpstream) {
  proxy.publish({rule("dns.nxdomain", "{}", R"({"names": ["www.example"]})")});
  client.send(www_query());
  const Bytes reply = client.receive();
  ASSERT_GE(reply.size(), dns::kHeaderSize);
  EXPECT_EQ(dns::Header(reply).id(), 0x1234);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::name_error);
  EXPECT_EQ(dns::Header(reply).authorities(), 1);
}

TEST_F(DnsUdp, DropsWhatAFaultDrops) {
  proxy.publish({rule("dns.drop", "{}", R"({"qtypes": ["A"]})")});
  client.send(www_query());
  Bytes other = www_query();
  other[other.size() - 3] = std::byte{28};
  client.send(other);
  const auto [query, from] = upstream.receive_from();
  EXPECT_EQ(query[query.size() - 3], std::byte{28});
}

TEST_F(DnsUdp, LetsAHeldQueryGoWhenItsFaultEnds) {
  proxy.publish({holding_queries()});
  client.send(www_query());
  while (proxy.counters().bytes_request == 0) std::this_thread::yield();
  EXPECT_TRUE(upstream.receive(1, MSG_DONTWAIT).empty());
  proxy.publish({});
  const auto [query, from] = upstream.receive_from();
  upstream.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
}

TEST_F(DnsUdp, AHeldAnswerEndsWithTheFaultThatGivesIt) {
  const RulePtr delay = holding_queries();
  proxy.publish({rule("dns.nxdomain"), delay});
  client.send(www_query());
  while (proxy.counters().bytes_request == 0) std::this_thread::yield();
  proxy.publish({delay});
  EXPECT_TRUE(client.receive(1, MSG_DONTWAIT).empty());
  proxy.publish({});
  const auto [query, from] = upstream.receive_from();
  upstream.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
}

TEST_F(DnsUdp, AnAnswerThatADelayHeldIsGivenWhenTheDelayEnds) {
  const RulePtr forger = rule("dns.nxdomain");
  proxy.publish({forger, holding_queries()});
  client.send(www_query());
  while (proxy.counters().bytes_request == 0) std::this_thread::yield();
  proxy.publish({forger});
  const Bytes reply = client.receive();
  ASSERT_GE(reply.size(), dns::kHeaderSize);
  EXPECT_EQ(dns::Header(reply).id(), 0x1234);
  EXPECT_EQ(dns::Header(reply).rcode(), dns::Rcode::name_error);
}

TEST_F(DnsUdp, ARemovedProxyRefusesAtOnceAndStillAnswersWhatWasAsked) {
  client.send(www_query());
  const auto [query, from] = upstream.receive_from();
  proxy.remove();
  const Plug late = Plug::connected(SOCK_DGRAM, proxy.port());
  late.send(www_query());
  EXPECT_TRUE(late.receive().empty());
  EXPECT_EQ(errno, ECONNREFUSED);
  upstream.send_to(reply_to(query), from);
  EXPECT_EQ(client.receive(), reply_to(www_query()));
}

TEST(HeldQueries, AreFullByTheirBytesToo) {
  HeldQueries<HeldQuery> held;
  for (std::size_t bytes = 0; bytes < HeldQueries<HeldQuery>::kMostBytes; bytes += 1_MiB) {
    EXPECT_FALSE(held.full());
    held.add({.message = Bytes(1_MiB), .asked = {}}, QueryDelay{}, TimePoint{});
  }
  EXPECT_TRUE(held.full());
  held.take(TimePoint{});
  EXPECT_FALSE(held.full());
}

// --- TCP
// ------------------------------------------------------------------------------------------

struct DnsTcp : testing::Test {
  Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{dns_config(upstream.port())};
  Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  const std::size_t size = framed(www_query()).size();

  Bytes receive(const Plug& plug) const {
    Bytes bytes = plug.receive(size, MSG_WAITALL);
    if (bytes.size() == size) bytes.erase(bytes.begin(), bytes.begin() + 2);
    return bytes;
  }
};

TEST_F(DnsTcp, AnswersInTheOrderOfTheUpstream) {
  Bytes both = framed(numbered(1));
  const Bytes second = framed(numbered(2));
  both.insert(both.end(), second.begin(), second.end());
  client.send(both);
  const Plug server = upstream.accept();
  const Bytes one = receive(server);
  const Bytes two = receive(server);
  server.send(framed(reply_to(two)));
  server.send(framed(reply_to(one)));
  EXPECT_EQ(receive(client), reply_to(numbered(2)));
  EXPECT_EQ(receive(client), reply_to(numbered(1)));
}

TEST_F(DnsTcp, ReadsAQueryThatIsSplitAnywhere) {
  const Bytes query = framed(numbered(7));
  std::optional<Plug> server;
  for (std::size_t cut = 1; cut < query.size(); ++cut) {
    client.send(ByteView(query).first(cut));
    client.send(ByteView(query).subspan(cut));
    if (!server) server = upstream.accept();
    server->send(framed(reply_to(receive(*server))));
    ASSERT_EQ(receive(client), reply_to(numbered(7))) << cut;
  }
}

TEST_F(DnsTcp, AsksTwoHundredAtOnceAndNoMore) {
  constexpr std::size_t kMost = 200;
  Bytes all;
  for (std::uint16_t id = 0; id <= kMost; ++id) {
    const Bytes query = framed(numbered(id));
    all.insert(all.end(), query.begin(), query.end());
  }
  client.send(all);
  const Plug server = upstream.accept();
  const Bytes first = receive(server);
  for (std::size_t i = 1; i < kMost; ++i) ASSERT_FALSE(receive(server).empty()) << i;
  EXPECT_TRUE(server.receive(1, MSG_DONTWAIT).empty());
  server.send(framed(reply_to(first)));
  EXPECT_EQ(receive(server).size(), first.size());
}

TEST_F(DnsTcp, LeavesAClientThatNeverAsks) {
  EXPECT_TRUE(client.receive().empty());  // after two seconds
  while (proxy.counters().connections_timeout == 0) std::this_thread::yield();
}

TEST_F(DnsTcp, AnswersAfterTheClientsFinAndThenEnds) {
  client.send(framed(numbered(3)));
  client.half_close();
  const Plug server = upstream.accept();
  server.send(framed(reply_to(receive(server))));
  EXPECT_EQ(receive(client), reply_to(numbered(3)));
  EXPECT_TRUE(client.receive().empty());
}

TEST_F(DnsTcp, AHeldAnswerEndsWithTheFaultThatGivesIt) {
  const RulePtr delay = holding_queries();
  proxy.publish({rule("dns.nxdomain"), delay});
  client.send(framed(numbered(4)));
  while (proxy.counters().bytes_request == 0) std::this_thread::yield();
  proxy.publish({});
  const Plug server = upstream.accept();
  server.send(framed(reply_to(receive(server))));
  EXPECT_EQ(receive(client), reply_to(numbered(4)));
}

TEST_F(DnsTcp, WhatAFaultHoldsIsAskedOnANewConnectionWhenTheServerHasEndedTheFirst) {
  auto held = std::make_shared<Rule>(*rule("dns.delay", R"({"delay": "1h"})",
                                           R"({"names": ["www.example"], "qtypes": ["AAAA"]})"));
  held->direction = Direction::request;
  proxy.publish({held});
  Bytes other = numbered(2);
  other[other.size() - 3] = std::byte{28};
  client.send(framed(other));
  client.send(framed(numbered(1)));
  {
    const Plug server = upstream.accept();
    EXPECT_EQ(receive(server).size(), numbered(1).size());
  }
  const std::size_t row = Counters::dns_row(dns::kTypeA);
  while (proxy.counters().dns[row][Counters::kDnsTimeout] == 0) std::this_thread::yield();
  proxy.publish({});
  const Plug server = upstream.accept();
  server.send(framed(reply_to(receive(server))));
  EXPECT_EQ(receive(client), reply_to(other));
}

TEST_F(DnsTcp, AFaultAnswersWithoutAnUpstream) {
  proxy.publish({rule("dns.refused")});
  client.send(framed(numbered(9)));
  const Bytes reply = client.receive();
  ASSERT_GE(reply.size(), dns::kHeaderSize + 2);
  EXPECT_EQ(dns::Header(ByteView(reply).subspan(2)).rcode(), dns::Rcode::refused);
}

}  // namespace
}  // namespace firedrill
