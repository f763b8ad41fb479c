#include "proxy/model/access_entry.h"

#include "proxy/core/rfc3339.h"
#include "proxy/core/utf8.h"

#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>

namespace firedrill {
namespace {

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(valid_utf8(text)));
}

// Seconds, to the microsecond.
std::string seconds(Duration duration) {
  std::array<char, 32> text;
  const int size = std::snprintf(text.data(), text.size(), "%.6f",
                                 std::chrono::duration<double>(duration).count());
  return std::string(text.data(), static_cast<std::size_t>(size));
}

std::string list(std::span<const std::string> names) {
  std::string text = "[";
  for (const std::string& name : names) {
    if (text.size() > 1) text.append(",");
    text.append(quoted(name));
  }
  return text.append("]");
}

}  // namespace

std::string client_text(const Peer& client) {
  if (client.address == Cidr::Raw{}) return "unix";
  return format(Address{.host = format_ip(client.address), .port = client.port, .unix_path = {}});
}

std::string json_line(const AccessEntry& entry) {
  std::string line = "{";
  const auto member = [&line](std::string_view key, std::string_view json) {
    line.append(line.size() > 1 ? ",\"" : "\"").append(key).append("\":").append(json);
  };
  member("time", quoted(rfc3339(entry.time)));
  member("proxy", quoted(entry.proxy));
  member("client", quoted(client_text(entry.client)));
  member("method", quoted(entry.method));
  member("host", quoted(entry.host));
  member("path", quoted(entry.path));
  member("query", quoted(entry.query));
  member("status", std::to_string(entry.status));
  member("request_bytes", std::to_string(entry.request_bytes));
  member("response_bytes", std::to_string(entry.response_bytes));
  member("duration", seconds(entry.duration));
  member("upstream_duration", entry.upstream_duration ? seconds(*entry.upstream_duration) : "null");
  member("faults", list(entry.faults));
  return line.append("}\n");
}

}  // namespace firedrill
