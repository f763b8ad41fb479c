#include "control/toxiproxy/listen_address.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>

#include <array>
#include <charconv>
#include <memory>
#include <optional>

namespace firedrill::toxiproxy {
namespace {

struct HostAndPort {
  std::string host;
  std::string port;
};

Failure wrong(std::string_view text, std::string_view what) {
  return {.status = 500, .message = "address " + std::string(text) + ": " + std::string(what)};
}

Outcome<HostAndPort> split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return wrong(text, "missing port in address");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return wrong(text, "missing ']' in address");
    if (close + 1 != colon) {
      return wrong(text, close < colon ? "too many colons in address" : "missing port in address");
    }
    host = host.substr(1, close - 1);
  } else if (host.find(':') != host.npos) {
    return wrong(text, "too many colons in address");
  }
  return HostAndPort{std::string(host), std::string(text.substr(colon + 1))};
}

// The address of a name in /etc/hosts, IPv4 first as Go has it.
std::optional<std::string> look_up(const std::string& host) {
  ares_channel channel = nullptr;
  if (ares_init(&channel) != ARES_SUCCESS) return std::nullopt;
  const std::unique_ptr<ares_channeldata, void (*)(ares_channel)> owner(channel, ares_destroy);
  for (const int family : {AF_INET, AF_INET6}) {
    hostent* entry = nullptr;
    if (ares_gethostbyname_file(channel, host.c_str(), family, &entry) != ARES_SUCCESS) continue;
    const std::unique_ptr<hostent, void (*)(hostent*)> found(entry, ares_free_hostent);
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, found->h_addr_list[0], text.data(), text.size());
    return text.data();
  }
  return std::nullopt;
}

}  // namespace

Outcome<Address> resolve_listen(std::string_view text) {
  if (text.empty()) return Address{};
  const auto parts = split(text);
  if (parts.has_error()) return parts.error();
  const auto& [host, digits] = *parts;
  Address address;
  const char* const end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, address.port);
  if (!digits.empty() && (ec != std::errc{} || stop != end)) return wrong(digits, "invalid port");
  if (host == "localhost") {
    address.host = "127.0.0.1";
  } else if (host.empty() || host == "0.0.0.0" || host == "::") {
    address.host = "";
  } else if (parse_ip(host)) {
    address.host = host;
  } else if (const auto found = look_up(host)) {
    address.host = *found;
  } else {
    return Failure{.status = 500, .message = "lookup " + host + ": no such host"};
  }
  return address;
}

std::string go_text(const Address& address) {
  const std::string port = ":" + std::to_string(address.port);
  if (address.is_unix()) return format(address);
  if (address.host.empty()) return "[::]" + port;
  return address.host == "localhost" ? "127.0.0.1" + port : format(address);
}

}  // namespace firedrill::toxiproxy
