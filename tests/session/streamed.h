#pragma once

#include "proxy/session/event_relay.h"
#include "tests/session/event_rules.h"

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::test {

struct Sent {
  std::string bytes;
  TimePoint due = {};
  std::uint64_t key = 0;
  bool operator==(const Sent&) const = default;
};

inline void PrintTo(const Sent& sent, std::ostream* out) {
  *out << "[" << sent.bytes << "] due " << (sent.due - kStart).count() << " key " << sent.key;
}

// One stream on its way through a relay, and everything that comes out.
class Streamed {
 public:
  explicit Streamed(std::string_view codec = "sse", std::uint64_t connection = 1)
      : relay_(codec,
               {.peer = {.connection = connection},
                .request = 1,
                .head = "GET /orders?page=2 HTTP/1.1\r\nHost: shop\r\n\r\n"},
               counters_, hits_) {}

  void feed(std::string_view text) {
    // Each part lives in a buffer of its own exact size, which is gone before the next is fed.
    const auto buffer = std::make_unique<Bytes>(as_bytes(text).begin(), as_bytes(text).end());
    relay_.feed(*buffer, now, sink_);
  }
  void feed_at(Duration since, std::string_view text) {
    now = kStart + since;
    feed(text);
  }
  void advance_to(Duration since) {
    now = kStart + since;
    relay_.advance(now, sink_);
  }
  TimePoint next_due() const { return relay_.next_due(); }
  std::optional<BodyEnd> cut() const { return relay_.cut(); }
  void rules(const ActiveRules& rules) { relay_.refresh(rules, now, sink_); }
  void finish() { relay_.finish(now, sink_); }

  std::string text() const {
    std::string all;
    for (const Sent& piece : sent) all += piece.bytes;
    return all;
  }

  TimePoint now = kStart;
  std::vector<Sent> sent;
  const Counters& counters() const { return counters_; }

 private:
  Counters counters_;
  HitLog log_;
  HitNotes hits_{log_, {}};
  EventRelay relay_;
  EventRelay::Sink sink_ = [this](ByteView bytes, Hold hold) {
    sent.push_back({std::string(as_text(bytes)), hold.due, hold.key});
  };
};

// What `fault` makes of a stream that comes in one part.
inline std::string through(const EventFault& fault, std::string_view text,
                           std::string_view codec = "sse") {
  Streamed stream(codec);
  stream.rules(only(fault));
  stream.feed(text);
  stream.finish();
  return stream.text();
}

}  // namespace firedrill::test
