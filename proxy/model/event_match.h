#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/glob.h"
#include "proxy/model/json_match.h"
#include "proxy/model/peer.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

// A number of bytes, deliveries or the like, by what it must be more or less than.
struct NumberMatch {
  std::optional<std::uint64_t> gt;
  std::optional<std::uint64_t> ge;
  std::optional<std::uint64_t> lt;
  std::optional<std::uint64_t> le;

  static NumberMatch read(const Value& value, const std::string& path, Problems& problems);
  bool accepts(std::uint64_t number) const;
};

// Which events of a stream: those whose type fits any of the patterns in `event`, whose topic or
// subject any of those in `channel`, whose id any of those in `key`, whose headers those in
// `event_header`, whose payload is as `json` and, by its length, `size` say, in which the regular
// expression `payload` and the text `contains` occur (looked for in the first 64 KiB), and which
// are delivered for the n-th time where the protocol tells, as `delivery` says. `connection: {nth:
// 2}` is about the stream: which connections of the proxy, counted from its start.
class EventMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static EventMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the event is accepted.
  std::string_view mismatch(const event::Event& event) const;
  // The same for the connection of its stream.
  std::string_view mismatch(const Peer& peer) const;
  // Whether an event that was hit is to be hit again whenever it is delivered again.
  bool sticky() const { return sticky_; }

 private:
  struct Header {
    std::string name;
    std::vector<Glob> values;
  };

  std::vector<Glob> types_;
  std::vector<Glob> channels_;
  std::vector<Glob> keys_;
  std::vector<Header> headers_;
  JsonMatch json_;
  std::optional<Regex> payload_;
  std::string contains_;
  NumberMatch size_;
  NumberMatch delivery_;
  std::vector<std::uint64_t> connections_;
  bool sticky_ = false;
};

}  // namespace firedrill
