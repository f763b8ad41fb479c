#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/codec/event/codec_config.h"
#include "proxy/core/address.h"
#include "proxy/core/params.h"
#include "proxy/model/never.h"

#include <optional>
#include <string>
#include <vector>

namespace firedrill {

enum class Protocol : std::uint8_t { tcp, http, dns };

template <>
struct Names<Protocol> {
  static constexpr std::pair<std::string_view, Protocol> kAll[] = {
      {"tcp", Protocol::tcp}, {"http", Protocol::http}, {"dns", Protocol::dns}};
};
template <>
struct Kind<Protocol> : EnumKind<Protocol> {};

// Where a proxy sends traffic: addresses in order of preference, or for DNS the system's resolvers.
struct Upstream {
  std::vector<Address> addresses;
  bool system = false;
  bool operator==(const Upstream&) const = default;
};

template <>
struct Kind<Upstream> {
  static std::optional<Upstream> read(const Value& value, const std::string& path,
                                      Problems& problems);
  static std::string expected() { return "host:port, a list of them, or for dns the word system"; }
  static boost::json::object schema();
  static boost::json::value write(const Upstream& upstream);
};

// dns: where the names of one domain, itself included, are asked for instead.
struct Route {
  std::string domain;
  std::vector<Address> addresses;
  bool operator==(const Route&) const = default;
};

// A map from domains to addresses, whose port is 53 when they name none.
struct Routes {
  std::vector<Route> all;
  bool operator==(const Routes&) const = default;
};

template <>
struct Kind<Routes> {
  static std::optional<Routes> read(const Value& value, const std::string& path,
                                    Problems& problems);
  static std::string expected() {
    return "a map from domains to addresses, such as {cluster.local: 10.96.0.10:53}";
  }
  static boost::json::object schema();
  static boost::json::value write(const Routes& routes);
};

template <>
struct Names<dns::OtherOpcodes> {
  static constexpr std::pair<std::string_view, dns::OtherOpcodes> kAll[] = {
      {"refuse", dns::OtherOpcodes::refuse}, {"forward", dns::OtherOpcodes::forward}};
};
template <>
struct Kind<dns::OtherOpcodes> : EnumKind<dns::OtherOpcodes> {};

// One interposition, as configured.
struct ProxyConfig {
  std::string name;
  Protocol protocol = Protocol::tcp;
  Address listen;
  Upstream upstream;
  bool enabled = true;

  // Every wait is finite. `idle_timeout` is the longest silence of a whole tcp connection, zero for
  // none: a relay does not know which silences are meant.
  Duration connect_timeout = std::chrono::seconds(3);
  Duration idle_timeout{};
  Duration head_timeout = std::chrono::seconds(10);
  Duration body_timeout = std::chrono::seconds(30);
  Duration keep_alive_timeout = std::chrono::seconds(60);
  Duration response_timeout = std::chrono::hours(1);
  Duration query_timeout = std::chrono::seconds(5);

  std::uint32_t max_connections = 20000;  // of this proxy, over all workers
  ByteSize high_water{std::uint64_t{1}
                      << 20};  // held in one direction of one connection before reading stops
  // What faults may hold back of one event stream before reading stops.
  std::uint32_t max_held_events = 1024;
  ByteSize max_held_bytes{std::uint64_t{1} << 20};
  std::vector<std::string> upgrades{"websocket"};  // http: protocols that an Upgrade may switch to
  std::string access_log;                          // http: a file for the operator; "" for none
  std::optional<event::CodecConfig> codec;         // tcp: what its events are read by
  std::vector<Cidr> allow_from;                    // dns: clients that are answered
  std::string resolv_conf = "/etc/resolv.conf";    // dns: what `upstream: system` reads
  bool failover = false;                           // dns: whether the other addresses are asked
  Routes routes;                                   // dns
  dns::OtherOpcodes opcodes = dns::OtherOpcodes::refuse;
  std::uint32_t max_udp = 1232;  // dns: of an answer of our own

  Never never;  // what no fault may touch

  // Reads its keys, and leaves others to whoever holds `fields`.
  static ProxyConfig read(Fields& fields);
  static boost::json::object schema();
  bool operator==(const ProxyConfig&) const = default;
};

// Why the proxy may not send traffic where it is told to, or "": an upstream without host or port,
// a metadata address, its own listener.
std::string wrong_upstream(const ProxyConfig& config);
std::string wrong_routes(const ProxyConfig& config);

}  // namespace firedrill
