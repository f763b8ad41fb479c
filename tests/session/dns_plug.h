#pragma once

#include "tests/codec/dns_bytes.h"
#include "tests/session/harness.h"

namespace firedrill::test {

// DNS messages, and a dns proxy for them on loopback.

using dns::testing::www_query;

inline ProxyConfig dns_config(std::uint16_t upstream) {
  ProxyConfig config;
  config.name = "dns";
  config.protocol = Protocol::dns;
  config.listen = {.host = "127.0.0.1", .port = 0, .unix_path = {}};
  config.upstream.addresses = {{.host = "127.0.0.1", .port = upstream, .unix_path = {}}};
  return config;
}

inline Bytes reply_to(Bytes query) {
  query[2] |= std::byte{0x80};
  return query;
}

inline Bytes framed(const Bytes& message) {
  Bytes bytes(2);
  dns::write_u16(bytes, 0, static_cast<std::uint16_t>(message.size()));
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

// The next message of a TCP connection.
inline Bytes receive_framed(const Plug& plug) {
  const Bytes prefix = plug.receive(2, MSG_WAITALL);
  return prefix.size() == 2 ? plug.receive(dns::read_u16(prefix, 0), MSG_WAITALL) : Bytes();
}

inline Bytes numbered(std::uint16_t id) {
  Bytes query = www_query();
  dns::set_id(query, id);
  return query;
}

}  // namespace firedrill::test
