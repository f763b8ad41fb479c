#include "proxy/model/proxy_config.h"

#include <algorithm>
#include <initializer_list>

namespace firedrill {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";

std::vector<Cidr> blocks_of(std::initializer_list<std::string_view> texts) {
  std::vector<Cidr> blocks;
  for (const std::string_view text : texts) blocks.push_back(*Cidr::parse(text));
  return blocks;
}

bool contains(const std::vector<Cidr>& blocks, const Cidr::Raw& ip) {
  return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(ip); });
}

bool is_loopback(const Cidr::Raw& ip) {
  static const std::vector<Cidr> blocks = blocks_of({"127.0.0.0/8", "::1"});
  return contains(blocks, ip);
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

bool names_metadata(const Address& address) {
  const auto ip = parse_ip(address.host);
  return (ip && is_metadata(*ip)) || address.host == "metadata.google.internal";
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

}  // namespace

std::string wrong_upstream(const ProxyConfig& config) {
  if (config.upstream.system) {
    return config.protocol == Protocol::dns ? "" : "system is for dns proxies; write host:port";
  }
  for (const Address& address : config.upstream.addresses) {
    if (config.protocol == Protocol::dns && address.is_unix()) return "must be host:port for dns";
    if (config.protocol == Protocol::dns && !parse_ip(address.host))
      return "must have an IP address for dns";
    if (!address.is_unix() && address.host.empty()) return "must name a host";
    if (!address.is_unix() && address.port == 0) return "must have a port from 1 to 65535";
    if (names_metadata(address))
      return format(address) + " is a metadata address, which is never proxied";
    if (reaches(address, config.listen)) return format(address) + " is this proxy's own listener";
  }
  return "";
}

bool is_metadata(const Cidr::Raw& ip) {
  static const std::vector<Cidr> blocks =
      blocks_of({"169.254.0.0/16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"});
  return contains(blocks, ip);
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

const Params<ProxyConfig>& ProxyConfig::params() {
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
              "first of them, or what the system uses.")
          .optional("enabled", &ProxyConfig::enabled, "Whether it listens.")
          .optional("connect_timeout", &ProxyConfig::connect_timeout,
                    "For resolving and connecting to the upstream.", between(kLeast, kGreatest))
          .optional("idle_timeout", &ProxyConfig::idle_timeout,
                    "tcp: the longest silence both ways; 0 for no limit.")
          .optional("head_timeout", &ProxyConfig::head_timeout, "http: for a whole request head.",
                    between(kLeast, kGreatest))
          .optional("body_timeout", &ProxyConfig::body_timeout,
                    "http: the longest silence within a request's body.",
                    between(kLeast, kGreatest))
          .optional("keep_alive_timeout", &ProxyConfig::keep_alive_timeout,
                    "http: the longest wait for a next request.", between(kLeast, kGreatest))
          .optional(
              "response_timeout", &ProxyConfig::response_timeout,
              "http: the longest silence of the upstream; long, since streams are silent at times.",
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
          .optional("upgrades", &ProxyConfig::upgrades,
                    "http: protocols that an Upgrade may switch to.")
          .optional("codec", &ProxyConfig::codec,
                    "tcp: how stream faults find events in what it carries, both ways. Its "
                    "connections are followed from their first byte, and not spliced.")
          .optional(
              "allow_from", &ProxyConfig::allow_from,
              "dns: the clients that are answered, without which it has to listen on loopback.")
          .optional("resolv_conf", &ProxyConfig::resolv_conf,
                    "dns: the file that `upstream: system` follows.")
          .check("name", wrong_name)
          .check("listen", wrong_listen)
          .check("upstream", wrong_upstream)
          .check("codec", wrong_codec)
          .check("allow_from", wrong_allow_from);
  return params;
}

}  // namespace firedrill
