#pragma once

#include "proxy/codec/dns/forge.h"
#include "proxy/model/peer.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace firedrill {

// What a fault was done to, as far as it takes to recognise it. Text is cut: see brief().
struct ConnectionHit {};
struct RequestHit {
  std::string method;
  std::string path;
  int status = 0;  // that the client was sent; 0: none
};
struct QueryHit {
  std::string name;  // as on the wire
  std::uint16_t type = 0;
  dns::Transport transport = dns::Transport::udp;
};
struct EventHit {
  std::string type;
  std::string channel;
  std::string id;
  std::uint64_t index = 0;  // in its stream, from 1
  // How long it was on the wire, and what it and whatever was put beside it became; what makes
  // events late may still drop or repeat that.
  std::size_t before = 0;
  std::size_t after = 0;
};

// That a fault was done to something: the operator's proof.
struct Hit {
  std::chrono::system_clock::time_point time;
  Peer client;
  std::variant<ConnectionHit, RequestHit, QueryHit, EventHit> what;
};

// The beginning of `text`, as much of it as is kept.
std::string brief(std::string_view text);

}  // namespace firedrill
