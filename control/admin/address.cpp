#include "control/admin/address.h"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace firedrill::admin {

bool Address::is_local() const {
  if (is_unix() || host == "localhost") return true;
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(host, ec);
  return !ec && address.is_loopback();
}

std::string Address::text() const {
  if (is_unix()) return "unix:" + path;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  const Problems problems{
      {"", "must be host:port, [IPv6]:port or unix:/path, such as 127.0.0.1:8474"}};
  constexpr std::string_view kUnix = "unix:";
  constexpr std::size_t kLongestPath = 107;  // what a socket address can hold
  if (text.starts_with(kUnix)) {
    const std::string_view path = text.substr(kUnix.size());
    if (path.empty() || path.size() > kLongestPath) return problems;
    return Address{.host = {}, .port = 0, .path = std::string(path)};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return problems;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, port);
  if (ec != std::errc() || stop != end) return problems;
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return problems;
  }
  if (host.empty()) return problems;
  return Address{.host = std::string(host), .port = port, .path = {}};
}

}  // namespace firedrill::admin
