#include "proxy/core/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace firedrill {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool plausible_host(std::string_view host) {
  constexpr std::size_t kLongest = 253;
  return host.size() <= kLongest && std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  constexpr std::size_t kLongestPath = 107;  // sockaddr_un, with its terminator
  if (text.starts_with(kUnix)) {
    const auto path = text.substr(kUnix.size());
    if (path.empty() || path.size() > kLongestPath || path.find('\0') != path.npos)
      return std::nullopt;
    return Address{.host = {}, .port = 0, .unix_path = std::string(path)};
  }
  const auto colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  if (!port) return std::nullopt;
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    const auto ip = parse_ip(host);
    if (!ip || host.find(':') == host.npos) return std::nullopt;
  } else if (!plausible_host(host)) {
    return std::nullopt;
  }
  return Address{.host = std::string(host), .port = *port, .unix_path = {}};
}

std::string format(const Address& address) {
  if (address.is_unix()) return "unix:" + address.unix_path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::optional<Cidr::Raw> parse_ip(std::string_view text) {
  const std::string terminated(text);
  Cidr::Raw raw{};
  if (inet_pton(AF_INET6, terminated.c_str(), raw.data()) == 1) return raw;
  constexpr std::size_t kMapped = 12;  // ::ffff:0:0/96 holds the IPv4 addresses
  raw[10] = raw[11] = 0xff;
  if (inet_pton(AF_INET, terminated.c_str(), raw.data() + kMapped) == 1) return raw;
  return std::nullopt;
}

std::string format_ip(const Cidr::Raw& address) {
  static const auto mapped = Cidr::parse("::ffff:0:0/96");
  constexpr std::size_t kMapped = 12;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = mapped->contains(address);
  inet_ntop(v4 ? AF_INET : AF_INET6, address.data() + (v4 ? kMapped : 0), text.data(), text.size());
  return text.data();
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.substr(0, slash).find(':') == text.npos;
  unsigned bits = 128;
  if (slash != text.npos) {
    const auto length = parse_port(text.substr(slash + 1));
    if (!length || *length > (v4 ? 32 : 128)) return std::nullopt;
    bits = *length + (v4 ? 96u : 0u);
  }
  Cidr cidr;
  cidr.prefix_ = *address;
  cidr.bits_ = bits;
  cidr.text_ = std::string(text);
  return cidr;
}

bool is_metadata(const Cidr::Raw& ip) {
  static const std::array blocks{*Cidr::parse("169.254.0.0/16"), *Cidr::parse("100.100.100.200"),
                                 *Cidr::parse("fd00:ec2::254"), *Cidr::parse("fd20:ce::254")};
  return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(ip); });
}

std::string wrong_destination(const Address& address) {
  if (address.is_unix()) return "";
  if (address.host.empty()) return "must name a host";
  if (address.port == 0) return "must have a port from 1 to 65535";
  const auto ip = parse_ip(address.host);
  if ((ip && is_metadata(*ip)) || address.host == "metadata.google.internal") {
    return format(address) + " is a metadata address, which is never proxied";
  }
  return "";
}

bool Cidr::contains(const Raw& address) const {
  const unsigned whole = bits_ / 8;
  if (!std::equal(prefix_.begin(), prefix_.begin() + whole, address.begin())) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xffu << (8 - rest) & 0xffu;
  return (prefix_[whole] & mask) == (address[whole] & mask);
}

}  // namespace firedrill
