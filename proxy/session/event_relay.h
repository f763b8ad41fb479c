#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/core/counters.h"
#include "proxy/fault/link.h"
#include "proxy/model/snapshot.h"
#include "proxy/session/hit_notes.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firedrill {

// The request that opened a stream, which rules may select by.
struct StreamOrigin {
  Peer peer = {};
  std::uint64_t request = 0;  // its ordinal on the connection
  std::string head = {};      // raw
};

// The events of one response body on their way to the client. Its codec follows every event stream,
// so that a stream fault acts on an open stream from its next event on; while no rule asks for this
// stream the bytes go on as they come, whole events or not. With a rule, what is held back is at
// most one event that has not ended yet, and no more of it than the codec is ready to hold.
class EventRelay {
 public:
  // Gives bytes on; the hold is for a delayed event.
  using Sink = std::function<void(ByteView, Hold)>;

  // `codec` is one of event::codec_names(). What is hit is noted in `hits`, which outlives it as
  // the counters do.
  EventRelay(std::string_view codec, StreamOrigin origin, Counters& counters, HitNotes& hits);
  EventRelay(const EventRelay&) = delete;
  EventRelay& operator=(const EventRelay&) = delete;

  // Chooses the rules that are active now and ask for this stream. What was held for a rule that is
  // gone goes on through `sink`.
  void refresh(const ActiveRules& rules, TimePoint now, const Sink& sink);

  void feed(ByteView payload, TimePoint now, const Sink& sink);

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

  void pass(const event::Piece& piece, TimePoint now, const Sink& sink);
  Decision decide(const event::Event& event, TimePoint now);
  void give_back(TimePoint now);
  void apply(const Decision& decision, const event::Event& event, const Sink& sink);
  void send_held(const Sink& sink);
  void count(std::uint64_t events);

  Counters& counters_;
  HitNotes& hits_;
  std::unique_ptr<event::Codec> codec_;
  StreamOrigin origin_;
  ConnectionCounts counts_;
  std::vector<Asking> rules_;
  std::vector<Borrowed> borrowed_;
  std::size_t sent_ =
      0;  // how many bytes that the codec has not given out yet have gone on already
  std::uint64_t oversized_ = 0;
  std::uint64_t index_ = 0;  // of the present event
};

}  // namespace firedrill
