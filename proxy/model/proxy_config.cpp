#include "proxy/model/proxy_config.h"

#include "proxy/codec/dns/name.h"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";

bool is_loopback(const Cidr::Raw& ip) {
  static const std::array blocks{*Cidr::parse("127.0.0.0/8"), *Cidr::parse("::1")};
  return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(ip); });
}

std::string wrong_name(const ProxyConfig& config) {
  constexpr std::size_t kLongest = 100;
  const bool good = !config.name.empty() && config.name.size() <= kLongest &&
                    config.name.find_first_not_of(kNameCharacters) == std::string::npos;
  return good ? "" : "must be 1 to 100 of the characters a-z A-Z 0-9 . _ : -";
}

std::string wrong_listen(const ProxyConfig& config) {
  if (config.listen.is_unix())
    return config.protocol == Protocol::dns ? "must be host:port for dns" : "";
  if (config.protocol == Protocol::dns && !config.listen.host.empty() &&
      !parse_ip(config.listen.host)) {
    return "must have an IP address, not a name";
  }
  if (!config.listen.host.empty() && config.listen.host != "localhost" &&
      !parse_ip(config.listen.host)) {
    return "must have an IP address or localhost, not a name";
  }
  return "";
}

// The wildcard and loopback ways to reach oneself.
bool reaches(const Address& upstream, const Address& listen) {
  if (upstream.is_unix() || listen.is_unix()) return upstream == listen;
  if (listen.port == 0 || upstream.port != listen.port) return false;
  const auto loopback = [](const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
  };
  const bool wildcard = listen.host.empty() || listen.host == "0.0.0.0" || listen.host == "::";
  return upstream.host == listen.host || (wildcard && loopback(upstream.host)) ||
         (listen.host == "localhost" && loopback(upstream.host) && upstream.host != "::1") ||
         (upstream.host == "localhost" && loopback(listen.host));
}

std::string wrong_address(const Address& address, const ProxyConfig& config) {
  if (config.protocol == Protocol::dns && address.is_unix()) return "must be host:port for dns";
  if (config.protocol == Protocol::dns && !parse_ip(address.host))
    return "must have an IP address for dns";
  if (std::string wrong = wrong_destination(address); !wrong.empty()) return wrong;
  if (reaches(address, config.listen)) return format(address) + " is this proxy's own listener";
  return "";
}

// An address whose port may be left out.
std::optional<Address> read_server(const Value& value, const std::string& path,
                                   Problems& problems) {
  constexpr std::uint16_t kDnsPort = 53;
  const std::string* text = kind::notation(value);
  if (text != nullptr && parse_ip(*text)) {
    return Address{.host = *text, .port = kDnsPort, .unix_path = {}};
  }
  return Kind<Address>::read(value, path, problems);
}

std::string wrong_codec(const ProxyConfig& config) {
  if (!config.codec || config.protocol == Protocol::tcp) return "";
  return config.protocol == Protocol::http
             ? "is for tcp proxies; http tells by Content-Type and Upgrade what a stream is"
             : "is for tcp proxies";
}

// A resolver that answers everybody lets strangers send floods to whom they like.
std::string wrong_allow_from(const ProxyConfig& config) {
  if (config.protocol != Protocol::dns || !config.allow_from.empty()) return "";
  const auto ip = parse_ip(config.listen.host);
  return ip && is_loopback(*ip)
             ? ""
             : "must name the clients, such as [10.0.0.0/8], since others than this machine "
               "can ask at " +
                   format(config.listen);
}

std::string wrong_access_log(const ProxyConfig& config) {
  return config.access_log.empty() || config.protocol == Protocol::http ? ""
                                                                        : "is for http proxies";
}

}  // namespace

std::string wrong_upstream(const ProxyConfig& config) {
  if (config.upstream.system) {
    return config.protocol == Protocol::dns ? "" : "system is for dns proxies; write host:port";
  }
  for (const Address& address : config.upstream.addresses) {
    if (std::string wrong = wrong_address(address, config); !wrong.empty()) return wrong;
  }
  return "";
}

std::string wrong_routes(const ProxyConfig& config) {
  if (config.protocol != Protocol::dns && !config.routes.all.empty()) return "is for dns proxies";
  for (const Route& route : config.routes.all) {
    for (const Address& address : route.addresses) {
      if (std::string wrong = wrong_address(address, config); !wrong.empty())
        return route.domain + ": " + wrong;
    }
  }
  return "";
}

std::optional<Upstream> Kind<Upstream>::read(const Value& value, const std::string& path,
                                             Problems& problems) {
  if (const std::string* text = kind::word(value); text != nullptr && *text == "system") {
    return Upstream{.addresses = {}, .system = true};
  }
  if (const auto* list = value.list(); list != nullptr && list->empty()) {
    return kind::refuse(value, path, expected(), problems);
  }
  auto addresses = Kind<std::vector<Address>>::read(value, path, problems);
  if (!addresses) return std::nullopt;
  return Upstream{.addresses = std::move(*addresses), .system = false};
}

boost::json::object Kind<Upstream>::schema() {
  return {
      {"oneOf", boost::json::array{Kind<Address>::schema(), Kind<std::vector<Address>>::schema()}},
      {"description", expected()}};
}

boost::json::value Kind<Upstream>::write(const Upstream& upstream) {
  if (upstream.system) return "system";
  if (upstream.addresses.empty()) return nullptr;
  if (upstream.addresses.size() == 1) return boost::json::value(format(upstream.addresses.front()));
  return Kind<std::vector<Address>>::write(upstream.addresses);
}

std::optional<Routes> Kind<Routes>::read(const Value& value, const std::string& path,
                                         Problems& problems) {
  if (value.map() == nullptr) return kind::refuse(value, path, expected(), problems);
  const std::size_t before = problems.size();
  Routes routes;
  for (const auto& [domain, servers, at] : *value.map()) {
    const std::string place = path + "." + domain;
    if (const auto name = dns::parse_name(domain); name.has_error()) {
      problems.push_back({place, name.error().front().what, at});
      continue;
    }
    Route route{.domain = domain, .addresses = {}};
    const Value::List one{servers};
    for (const Value& server : servers.list() != nullptr ? *servers.list() : one) {
      if (auto address = read_server(server, place, problems)) {
        route.addresses.push_back(std::move(*address));
      }
    }
    if (servers.list() != nullptr && servers.list()->empty()) {
      kind::refuse(servers, place, "an address", problems);
    }
    routes.all.push_back(std::move(route));
  }
  if (problems.size() != before) return std::nullopt;
  return routes;
}

boost::json::object Kind<Routes>::schema() {
  return {{"type", "object"}, {"additionalProperties", Kind<Upstream>::schema()}};
}

boost::json::value Kind<Routes>::write(const Routes& routes) {
  if (routes.all.empty()) return nullptr;
  boost::json::object map;
  for (const Route& route : routes.all) {
    map[route.domain] = Kind<std::vector<Address>>::write(route.addresses);
  }
  return map;
}

namespace {

Family family_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::tcp:
      break;
    case Protocol::http:
      return Family::http;
    case Protocol::dns:
      return Family::dns;
  }
  return Family::tcp;
}

// What is spoken tells what can be matched; where that is wrong, nothing can be said of `never`.
Never read_never(Fields& fields) {
  const Value* never = fields.optional("never");
  const Value* spoken = fields.optional("protocol");
  if (never == nullptr || spoken == nullptr) return {};
  Problems told_already;
  const auto protocol = Kind<Protocol>::read(*spoken, "", told_already);
  if (!protocol) return {};
  return Never::read(*never, fields.path_of("never"), family_of(*protocol), fields.problems())
      .value_or(Never());
}

const Params<ProxyConfig>& params() {
  constexpr Duration kLeast = std::chrono::milliseconds(1);
  constexpr Duration kGreatest = std::chrono::hours(24);
  static const auto params =
      Params<ProxyConfig>()
          .required("name", &ProxyConfig::name, "The proxy's name, unique among proxies.")
          .required("protocol", &ProxyConfig::protocol, "What is spoken through it.")
          .required("listen", &ProxyConfig::listen,
                    "Where clients connect; port 0 picks a free one.")
          .required(
              "upstream", &ProxyConfig::upstream,
              "Where traffic goes: for tcp and http the first address that answers, for dns the "
              "first of them (see failover), or what the system uses.")
          .optional("enabled", &ProxyConfig::enabled, "Whether it listens.")
          .optional("connect_timeout", &ProxyConfig::connect_timeout,
                    "For resolving and connecting to the upstream.", between(kLeast, kGreatest))
          .optional("idle_timeout", &ProxyConfig::idle_timeout,
                    "tcp, and http after an upgrade: the longest silence both ways; 0 for no "
                    "limit. A connection of which a fault holds something back is not silent.")
          .optional("head_timeout", &ProxyConfig::head_timeout, "http: for a whole request head.",
                    between(kLeast, kGreatest))
          .optional("body_timeout", &ProxyConfig::body_timeout,
                    "http: the longest silence within a request's body.",
                    between(kLeast, kGreatest))
          .optional("keep_alive_timeout", &ProxyConfig::keep_alive_timeout,
                    "http: the longest wait for a next request.", between(kLeast, kGreatest))
          .optional(
              "response_timeout", &ProxyConfig::response_timeout,
              "http: the longest silence of the upstream; long, since streams are silent at times. "
              "While a fault holds something of the response back, no time runs out.",
              between(kLeast, kGreatest))
          .optional("query_timeout", &ProxyConfig::query_timeout,
                    "dns: after which an unanswered query is forgotten.",
                    between(kLeast, kGreatest))
          .optional("max_connections", &ProxyConfig::max_connections,
                    "Open connections; more are refused.",
                    between(std::uint32_t{1}, std::uint32_t{1'000'000}))
          .optional("high_water", &ProxyConfig::high_water,
                    "Bytes that faults may hold back in one direction of a connection before "
                    "reading stops.",
                    between(ByteSize{4096}, ByteSize{std::uint64_t{1} << 30}))
          .optional("max_held_events", &ProxyConfig::max_held_events,
                    "http, tcp with a codec: how many events faults hold back of one stream before "
                    "reading stops.",
                    between(1u, 1000000u))
          .optional("max_held_bytes", &ProxyConfig::max_held_bytes, "The same in bytes.",
                    between(ByteSize{4096}, ByteSize{std::uint64_t{1} << 30}))
          .optional("upgrades", &ProxyConfig::upgrades,
                    "http: protocols that an Upgrade may switch to.")
          .optional("access_log", &ProxyConfig::access_log,
                    "http: a file that gets a line of JSON for each request, with the faults that "
                    "were done to it: for the operator, not for those who look for the fault. A "
                    "regular file or a FIFO that is being read, and no symbolic link.")
          .optional("codec", &ProxyConfig::codec,
                    "tcp: how stream faults find events in what it carries, both ways. Its "
                    "connections are followed from their first byte, and not spliced.")
          .optional(
              "allow_from", &ProxyConfig::allow_from,
              "dns: the clients that are answered, without which it has to listen on loopback.")
          .optional("resolv_conf", &ProxyConfig::resolv_conf,
                    "dns: the file that `upstream: system` follows.")
          .optional("failover", &ProxyConfig::failover,
                    "dns: whether a query that the first upstream refuses, or has not answered "
                    "within its part of query_timeout, goes on to the next. None is asked twice, "
                    "and each query begins with the first.")
          .optional("routes", &ProxyConfig::routes,
                    "dns: other upstreams for single domains and all below them, as in "
                    "{cluster.local: 10.96.0.10:53}; the longest that fits counts.")
          .optional("opcodes", &ProxyConfig::opcodes,
                    "dns: what becomes of operations other than QUERY, such as NOTIFY and UPDATE: "
                    "refuse answers NOTIMP, forward sends them on.")
          .optional("max_udp", &ProxyConfig::max_udp,
                    "dns: the longest answer of our own over UDP, whatever a client offers to "
                    "take; a longer one is truncated.",
                    between(std::uint32_t{512}, std::uint32_t{4096}))
          .check("name", wrong_name)
          .check("listen", wrong_listen)
          .check("upstream", wrong_upstream)
          .check("access_log", wrong_access_log)
          .check("routes", wrong_routes)
          .check("codec", wrong_codec)
          .check("allow_from", wrong_allow_from);
  return params;
}

}  // namespace

ProxyConfig ProxyConfig::read(Fields& fields) {
  ProxyConfig config = params().read(fields);
  config.never = read_never(fields);
  return config;
}

boost::json::object ProxyConfig::schema() {
  boost::json::object schema = params().schema();
  schema["properties"].as_object()["never"] = Never::schema();
  return schema;
}

}  // namespace firedrill
