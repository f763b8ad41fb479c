#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/core/counters.h"
#include "proxy/fault/link.h"
#include "proxy/model/snapshot.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

// Where a stream comes from, which rules may select by.
struct StreamOrigin {
  Peer peer = {};
  std::uint64_t request = 0;  // the ordinal on the connection of the request that opened it
  std::string head = {};      // of that request, raw; empty when there is none
  Direction side = Direction::response;
};

// The events of one response body, or of one direction of a connection, on their way. Its codec
// follows every event stream, so that a stream fault acts on an open stream from its next event on;
// while no rule asks for this stream the bytes go on as they come, whole events or not. With a
// rule, what is held back is at most one event that has not ended yet, and no more of it than the
// codec is ready to hold.
class EventRelay {
 public:
  // Gives bytes on; the hold is for a delayed event.
  using Sink = std::function<void(ByteView, Hold)>;

  // `codec` is one of event::codec_names().
  EventRelay(std::string_view codec, StreamOrigin origin, Counters& counters);
  EventRelay(std::unique_ptr<event::Codec> codec, StreamOrigin origin, Counters& counters);
  EventRelay(const EventRelay&) = delete;
  EventRelay& operator=(const EventRelay&) = delete;

  // Chooses the rules that are active now and ask for this stream. What was held for a rule that is
  // gone goes on through `sink`.
  void refresh(const ActiveRules& rules, TimePoint now, const Sink& sink);

  void feed(ByteView payload, TimePoint now, const Sink& sink);

  // Whether the stream goes on piece by piece: a rule asks for it, or its codec changes some.
  bool in_pieces() const { return !rules_.empty() || codec_->rewrites(); }

  // The stream has ended: what is left of an event that never did goes on as it is.
  void finish(const Sink& sink);

 private:
  // A rule that asks for this stream, and what it decides by when it takes streams as a whole.
  struct Asking {
    RulePtr rule;
    Subject subject;
  };

  // What an event that is held has taken of a budget, until it goes on.
  struct Borrowed {
    TimePoint until;
    BudgetUnit unit;
  };

  // What the rules decided about one event.
  struct Decision {
    EventVerdict verdict = {};
    Hold hold = {};
  };

  bool accepts(const Rule& rule, const http::RequestHead* head) const;
  void pass(const event::Piece& piece, TimePoint now, const Sink& sink);
  Decision decide(const event::Event& event, TimePoint now);
  void give_back(TimePoint now);
  void apply(const Decision& decision, const event::Event& event, const Sink& sink);
  void send_held(const Sink& sink);
  void count(std::uint64_t events);

  Counters& counters_;
  std::unique_ptr<event::Codec> codec_;
  StreamOrigin origin_;
  ConnectionCounts counts_;
  std::vector<Asking> rules_;
  std::vector<Borrowed> borrowed_;
  std::size_t sent_ =
      0;  // how many bytes that the codec has not given out yet have gone on already
  std::uint64_t oversized_ = 0;
  bool failed_ = false;  // the codec has been counted as such
};

}  // namespace firedrill
