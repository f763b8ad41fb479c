#pragma once

#include "proxy/codec/event/codec.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace firedrill::event {

// What is in a reply of Redis. Each is read from the whole image of a value; nothing when it is not
// what is asked for.

// A message of pub/sub, which is an array or, in the third version of the protocol, a push.
struct RedisMessage {
  std::string_view kind;     // message, pmessage or smessage
  std::string_view pattern;  // of a pmessage
  std::string_view channel;
  std::string_view payload;
};
std::optional<RedisMessage> read_redis_message(std::string_view raw);

// The confirmation that a subscription has begun or ended, with how many the connection has now.
struct RedisConfirmation {
  bool sharded;
  std::uint64_t subscriptions;
};
std::optional<RedisConfirmation> read_redis_confirmation(std::string_view raw);

// Whether a connection that is subscribed may get this array, be it a message, a confirmation or
// the answer to a PING. There is no other.
bool is_for_subscribers(std::string_view raw);

// An entry of a stream. One that was deleted after it had been delivered has no fields.
struct RedisEntry {
  std::string_view raw;
  std::string_view id;
  std::vector<EventHeader> fields;

  // What consumers work on: the longest value, and the first of those.
  std::string_view payload() const;
};
std::optional<RedisEntry> read_redis_entry(std::string_view raw);

// Entries of one stream.
struct RedisStream {
  std::string_view key;
  std::vector<RedisEntry> entries;
};

// A reply that has entries, of which there is at least one.
struct RedisEntries {
  enum class Form : std::uint8_t {
    array,  // of streams: XREAD and XREADGROUP
    map,    // the same in the third version of the protocol
    list,   // of entries, of one stream: XRANGE, XCLAIM, and within its reply XAUTOCLAIM
  };
  Form form;
  std::vector<RedisStream> streams;
  // What stands around a list.
  std::string_view before = {};
  std::string_view after = {};
};

// The reply to XREAD or XREADGROUP. It is known by its shape: nothing else nests pairs of a name
// and a list of pairs of an entry's id and an even list.
std::optional<RedisEntries> read_redis_streams(std::string_view raw);

// The reply to a request for entries of the stream `key`, which does not name it.
std::optional<RedisEntries> read_redis_list(std::string_view raw, std::string_view key);

// An image around the string in it that is the payload of its event.
struct PayloadPlace {
  std::string_view before;
  std::string_view payload;
  std::string_view after;
};
std::optional<PayloadPlace> payload_place(std::string_view raw);

}  // namespace firedrill::event
