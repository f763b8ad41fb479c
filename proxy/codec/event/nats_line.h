#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::event {

// A line of the NATS client protocol, in either direction.
struct NatsLine {
  enum class Kind : std::uint8_t {
    message,  // PUB, HPUB, MSG or HMSG: a payload follows
    info,
    other,    // any other line that the protocol has
    unknown,  // none
  };
  Kind kind = Kind::unknown;
  // Of a message:
  std::string_view subject = {};
  std::string_view reply = {};  // empty when there is none
  std::size_t headers = 0;      // bytes of the headers, which come before the payload
  std::size_t total = 0;        // bytes of both
  // What stands before the sizes, up to the last space: who sends what to whom.
  std::string_view addressed = {};

  bool has_headers() const { return addressed.front() == 'H' || addressed.front() == 'h'; }
};

// Reads one line; its end may be there or not.
NatsLine read_nats_line(std::string_view line);

// Where JetStream has a message from, which stands in the subject for its acknowledgement.
struct JetStreamOrigin {
  std::string_view stream;
  std::string_view sequence;
  std::uint32_t delivery = 0;  // which one of it this is, from 1
};
std::optional<JetStreamOrigin> jetstream_origin(std::string_view reply);

// An INFO line without the addresses of the other servers of a cluster; nothing when it has none.
std::optional<std::string> without_other_servers(std::string_view info);

}  // namespace firedrill::event
