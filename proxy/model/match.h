#pragma once

#include "proxy/core/value.h"
#include "proxy/fault/fault.h"
#include "proxy/model/peer.h"

#include <memory>
#include <optional>
#include <string>

namespace firedrill {

// Which traffic a fault may touch, compiled from the `match` of its configuration. An absent part is
// true; without any part everything matches. Copies share the compiled form, which is immutable.
class Match {
 public:
  // Matches everything.
  Match() = default;

  // Reads what `family` may select by: sources for all; hostnames, paths, methods, headers, query
  // parameters and cookies for http and stream; names, qtypes and transport for dns; event, key, json
  // and payload for stream. Anything else in the map is a problem.
  static std::optional<Match> read(const Value& value, const std::string& path, Family family,
                                   Problems& problems);

  // By the client alone: for tcp.
  bool accepts(const Peer& peer) const;
  // By the request, and for a stream fault by the request that opened the stream.
  bool accepts(const Peer& peer, const http::RequestHead& head) const;
  bool accepts(const Peer& peer, const dns::Question& question, dns::Transport transport) const;
  // By the event; what was asked of the request has been checked before.
  bool accepts(const event::Event& event) const;

  // True when no part was given: every connection, request, query or event matches.
  bool everything() const { return parts_ == nullptr; }

  // Whether a hit event is to be hit again on every redelivery (`sticky: true`, streams only).
  bool sticky() const;

  // The names of a dns match, for the rule index: each exact or a suffix; empty when any name may match.
  struct Name {
    std::string wire;    // lower-case wire form, without the root label's zero
    bool suffix = false; // `*.wire`: every name below it, not itself
  };
  const std::vector<Name>& dns_names() const;
  // Whether a dns match also has regular expressions for names, which no index can answer.
  bool has_dns_patterns() const;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace firedrill
