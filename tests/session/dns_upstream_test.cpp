#include "proxy/session/dns_upstream.h"

#include "proxy/codec/dns/name.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

Address address(const char* host, std::uint16_t port = 53) {
  return {.host = host, .port = port, .unix_path = {}};
}

ProxyConfig config_of(std::vector<Address> upstream) {
  ProxyConfig config;
  config.protocol = Protocol::dns;
  config.upstream.addresses = std::move(upstream);
  return config;
}

std::vector<std::string> texts(std::span<const SocketAddress> servers) {
  std::vector<std::string> all;
  for (const SocketAddress& server : servers) all.push_back(server.text());
  return all;
}

std::size_t group_of(const DnsUpstreams& upstreams, std::string_view name) {
  return upstreams.group_of(dns::FoldedName(dns::parse_name(name).value()));
}

using Texts = std::vector<std::string>;

TEST(DnsUpstreams, AreNeverTheProxyItself) {
  ProxyConfig config = config_of({address("127.0.0.1")});
  const auto servers = [&](const char* own) {
    DnsUpstreams upstreams(config, *literal(address(own)));
    return upstreams.servers(0, {}).size();
  };
  EXPECT_EQ(servers("127.0.0.1"), 0U);
  EXPECT_EQ(servers("0.0.0.0"), 0U);
  EXPECT_EQ(servers("::"), 0U);
  EXPECT_EQ(servers("127.0.0.2"), 1U);
  config.upstream.addresses.front().host = "192.0.2.1";
  EXPECT_EQ(servers("0.0.0.0"), 1U);
}

TEST(DnsUpstreams, AreTheFirstAloneWithoutFailover) {
  ProxyConfig config = config_of({address("192.0.2.1"), address("192.0.2.2")});
  DnsUpstreams one(config, *literal(address("127.0.0.1")));
  EXPECT_EQ(texts(one.servers(0, {})), Texts{"192.0.2.1:53"});
  config.failover = true;
  DnsUpstreams both(config, *literal(address("127.0.0.1")));
  EXPECT_EQ(texts(both.servers(0, {})), (Texts{"192.0.2.1:53", "192.0.2.2:53"}));
}

TEST(DnsUpstreams, RoutesAreByTheLongestDomainThatFits) {
  ProxyConfig config = config_of({address("192.0.2.1")});
  config.routes.all = {{"Local", {address("192.0.2.2")}},
                       {"cluster.local.", {address("192.0.2.3", 5353)}}};
  DnsUpstreams upstreams(config, *literal(address("127.0.0.1")));
  EXPECT_EQ(group_of(upstreams, "example"), 0U);
  EXPECT_EQ(group_of(upstreams, "a.local"), 1U);
  EXPECT_EQ(group_of(upstreams, "notcluster.local"), 1U);
  EXPECT_EQ(group_of(upstreams, "cluster.LOCAL"), 2U);
  EXPECT_EQ(group_of(upstreams, "a.b.cluster.local"), 2U);
  EXPECT_EQ(texts(upstreams.servers(2, {})), Texts{"192.0.2.3:5353"});
}

// A file of this name for as long as the test runs.
struct ResolvConf {
  std::string path = testing::TempDir() + "resolv.conf." + std::to_string(getpid());
  explicit ResolvConf(const char* text) { write(text); }
  ~ResolvConf() { std::remove(path.c_str()); }
  ResolvConf(const ResolvConf&) = delete;
  ResolvConf& operator=(const ResolvConf&) = delete;

  void write(const char* text) const { std::ofstream(path) << text; }
};

TEST(DnsUpstreams, OfTheSystemFollowItsFileAndPassOverTheProxy) {
  const ResolvConf file("search a.example\nnameserver 127.0.0.1\nnameserver 192.0.2.7\n");
  ProxyConfig config = config_of({});
  config.upstream.system = true;
  config.resolv_conf = file.path;
  DnsUpstreams upstreams(config, *literal(address("127.0.0.1")));
  const TimePoint start = TimePoint{} + 1h;
  EXPECT_EQ(texts(upstreams.servers(0, start)), Texts{"192.0.2.7:53"});
  std::remove(file.path.c_str());
  EXPECT_EQ(texts(upstreams.servers(0, start + 2s)), Texts{"192.0.2.7:53"});
  file.write("nameserver 2001:db8::1\n");
  EXPECT_EQ(texts(upstreams.servers(0, start + 2s)), Texts{"192.0.2.7:53"});
  EXPECT_EQ(texts(upstreams.servers(0, start + 4s)), Texts{"[2001:db8::1]:53"});
}

}  // namespace
}  // namespace firedrill
