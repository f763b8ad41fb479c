#pragma once

#include "proxy/core/time.h"
#include "proxy/model/peer.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace firedrill {

// One exchange of an http proxy, as the access log has it. The texts are as they came, any bytes.
struct AccessEntry {
  std::chrono::system_clock::time_point time;  // when the request's head had been read
  std::string_view proxy;
  Peer client = {};
  std::string_view method = {};  // this and the next three: empty when no head could be read
  std::string_view host = {};
  std::string_view path = {};
  std::string_view query = {};
  int status = 0;  // that the client was sent; 0: none
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  Duration duration{};
  std::optional<Duration> upstream_duration = {};  // none: there was no response, and no fault's
  std::span<const std::string> faults = {};        // what was done to it
};

// Its line of JSON, line end and all. Bytes that are no UTF-8 are replaced by U+FFFD.
std::string json_line(const AccessEntry& entry);

// "10.0.0.9:40312"; "unix" for a client on a Unix socket.
std::string client_text(const Peer& client);

}  // namespace firedrill
