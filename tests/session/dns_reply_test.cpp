// What dns faults do to replies, through a running proxy.

#include "proxy/codec/dns/editable_reply.h"
#include "tests/fault/dns_reply_fault.h"
#include "tests/session/dns_plug.h"

#include <gmock/gmock.h>

#include <thread>

namespace firedrill {
namespace {

using namespace test;
using dns::testing::www_query;
using testing::ElementsAre;

const std::vector<std::string> kTwo{"A 10.0.0.1", "A 10.0.0.2"};

// The upstream's reply to `query`, with these records.
Bytes upstream_reply(ByteView query, const std::vector<std::string>& records = kTwo) {
  Bytes reply = reply_with(records, dns::read_u16(query, query.size() - 4));
  dns::set_id(reply, dns::Header(query).id());
  return reply;
}

// Waits until the proxy has got a reply from its upstream.
void wait_for_reply(RunningProxy& proxy) {
  while (proxy.counters().upstream_tried == TimePoint{}) std::this_thread::yield();
}

std::string addresses(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list.append(i == 0 ? "" : ", ").append("\"A 10.9.9.9\"");
  return list;
}

struct DnsReply : testing::Test {
  Plug upstream = Plug::bound(SOCK_DGRAM);
  RunningProxy proxy{dns_config(upstream.port())};
  Plug client = Plug::connected(SOCK_DGRAM, proxy.port());

  // Asks, and has the upstream answer with these records.
  void exchange(const std::vector<std::string>& records = kTwo) const {
    client.send(www_query());
    const auto [query, from] = upstream.receive_from();
    upstream.send_to(upstream_reply(query, records), from);
  }
};

TEST_F(DnsReply, IsEditedAndKeepsTheClientsId) {
  proxy.publish(
      {rule("dns.ttl", R"({"set": "7s"})"), rule("dns.reorder", R"({"order": "reversed"})")});
  exchange();
  const Bytes reply = client.receive();
  EXPECT_EQ(dns::Header(reply).id(), 0x1234);
  EXPECT_THAT(hosts(reply), ElementsAre(2, 1));
  EXPECT_EQ(dns::EditableReply::parse(reply)->answers()[0].ttl, 7u);
}

TEST_F(DnsReply, OfAFaultIsEditedToo) {
  proxy.publish({rule("dns.answer", R"({"records": ["A 10.9.9.8", "A 10.9.9.9"]})"),
                 rule("dns.reorder", R"({"order": "reversed"})")});
  client.send(www_query());
  EXPECT_THAT(hosts(client.receive()), ElementsAre(9, 8));
}

TEST_F(DnsReply, IsHeldAndLeavesUneditedWhenTheFaultsEnd) {
  proxy.publish({rule("dns.delay", R"({"delay": "1h"})"), rule("dns.ttl", R"({"set": "0s"})")});
  exchange();
  wait_for_reply(proxy);
  EXPECT_TRUE(client.receive(1, MSG_DONTWAIT).empty());
  proxy.publish({});
  const Bytes reply = client.receive();
  EXPECT_EQ(dns::EditableReply::parse(reply)->answers().at(0).ttl, 60u);
}

TEST_F(DnsReply, IsDroppedAfterTheUpstreamHasAnswered) {
  proxy.publish({rule("dns.drop", R"({"reach": "upstream"})", R"({"response": {"answers": 2}})")});
  exchange();
  exchange({"A 10.0.0.7"});
  EXPECT_THAT(hosts(client.receive()), ElementsAre(7));
}

TEST_F(DnsReply, IsMatchedByWhatItSays) {
  proxy.publish({rule("dns.ttl", R"({"set": "1s"})",
                      R"({"response": {"rcode": ["NOERROR"], "contains": ["10.0.0.0/30"]}})")});
  exchange({"A 10.0.0.7"});
  EXPECT_EQ(dns::EditableReply::parse(client.receive())->answers().at(0).ttl, 60u);
  exchange({"A 10.0.0.3"});
  EXPECT_EQ(dns::EditableReply::parse(client.receive())->answers().at(0).ttl, 1u);
}

TEST_F(DnsReply, ComesTwiceWhenItIsDuplicated) {
  proxy.publish({rule("dns.duplicate", R"({"records": "A 10.9.9.9"})")});
  exchange();
  EXPECT_THAT(hosts(client.receive()), ElementsAre(9));
  EXPECT_THAT(hosts(client.receive()), ElementsAre(1, 2));
}

TEST_F(DnsReply, CantBeReadWhenItIsMalformed) {
  proxy.publish({rule("dns.malform", R"({"kind": "rdlength"})")});
  exchange();
  EXPECT_FALSE(dns::EditableReply::parse(client.receive()).has_value());
}

TEST_F(DnsReply, ThatCantBeReadPassesAsItIs) {
  proxy.publish({rule("dns.ttl", R"({"set": "0s"})")});
  client.send(www_query());
  const auto [query, from] = upstream.receive_from();
  Bytes broken = upstream_reply(query);
  broken.resize(broken.size() - 1);
  upstream.send_to(broken, from);
  dns::set_id(broken, 0x1234);
  EXPECT_EQ(client.receive(), broken);
}

TEST_F(DnsReply, ThatGrowsBeyondWhatTheClientTakesIsTruncated) {
  proxy.publish(
      {rule("dns.answer", R"({"reach": "upstream", "records": [)" + addresses(40) + "]}")});
  exchange();
  const Bytes reply = client.receive();
  EXPECT_TRUE(dns::Header(reply).truncated());
  EXPECT_TRUE(hosts(reply).empty());
}

TEST_F(DnsReply, KeepsTheFirstAnswerWhileItIsFrozen) {
  const RulePtr stale = rule("dns.stale");
  proxy.publish({stale});
  exchange();
  EXPECT_THAT(hosts(client.receive()), ElementsAre(1, 2));
  exchange({"A 10.0.0.7"});
  EXPECT_THAT(hosts(client.receive()), ElementsAre(1, 2));
  proxy.publish({});
  exchange({"A 10.0.0.7"});
  EXPECT_THAT(hosts(client.receive()), ElementsAre(7));
}

TEST(DnsReplyOverTcp, IsEditedHeldAndReleased) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{dns_config(upstream.port())};
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  const RulePtr reversed = rule("dns.reorder", R"({"order": "reversed"})");
  proxy.publish({rule("dns.delay", R"({"delay": "1h"})"), reversed});
  client.send(framed(www_query()));
  const Plug server = upstream.accept();
  const Bytes query = receive_framed(server);
  server.send(framed(upstream_reply(query)));
  wait_for_reply(proxy);
  proxy.publish({reversed});
  EXPECT_THAT(hosts(receive_framed(client)), ElementsAre(2, 1));
}

TEST(DnsReplyOverTcp, MayBeDroppedAndAnswerTheNext) {
  const Plug upstream = Plug::bound(SOCK_STREAM);
  RunningProxy proxy{dns_config(upstream.port())};
  const Plug client = Plug::connected(SOCK_STREAM, proxy.port());
  proxy.publish({rule("dns.drop", R"({"reach": "upstream"})", R"({"response": {"answers": 2}})")});
  client.send(framed(www_query()));
  client.send(framed(www_query()));
  const Plug server = upstream.accept();
  server.send(framed(upstream_reply(receive_framed(server))));
  server.send(framed(upstream_reply(receive_framed(server), {"A 10.0.0.7"})));
  EXPECT_THAT(hosts(receive_framed(client)), ElementsAre(7));
}

}  // namespace
}  // namespace firedrill
