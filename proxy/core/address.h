#pragma once

#include "proxy/core/kind.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

// Where to listen or to connect: a host name or address with a port, or the path of a Unix socket.
// Written `host:port`, `[::1]:port`, `:port` (all addresses), `unix:/path`.
struct Address {
  std::string host;  // without brackets; "" for all addresses
  std::uint16_t port = 0;
  std::string unix_path;  // not empty: a Unix socket, and the other two do not count

  bool is_unix() const { return !unix_path.empty(); }
  bool operator==(const Address&) const = default;
};

std::optional<Address> parse_address(std::string_view text);
std::string format(const Address& address);

template <>
struct Kind<Address> : NotationKind<Address, parse_address> {
  static std::string expected() {
    return "an address such as 127.0.0.1:8080, [::1]:8080 or unix:/run/x.sock";
  }
};

// A block of IP addresses, `10.0.0.0/8` or one address, as 16 bytes (IPv4 mapped into IPv6).
class Cidr {
 public:
  using Raw = std::array<std::uint8_t, 16>;

  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const Raw& address) const;
  const std::string& text() const { return text_; }
  bool operator==(const Cidr&) const = default;

 private:
  Raw prefix_{};
  unsigned bits_ = 0;  // of the 128
  std::string text_;
};

std::optional<Cidr::Raw> parse_ip(std::string_view text);
std::string format_ip(const Cidr::Raw& address);  // IPv4 where it is mapped
inline std::optional<Cidr> parse_cidr(std::string_view text) {
  return Cidr::parse(text);
}
inline std::string format(const Cidr& cidr) {
  return cidr.text();
}

// Whether a cloud's metadata service answers there, with credentials: what never is proxied.
bool is_metadata(const Cidr::Raw& ip);

// Why no traffic can be sent there, or "": no host, no port, a metadata address.
std::string wrong_destination(const Address& address);

template <>
struct Kind<Cidr> : NotationKind<Cidr, parse_cidr> {
  static std::string expected() {
    return "an address or block such as 10.0.0.0/8 or 2001:db8::/32";
  }
};

}  // namespace firedrill
