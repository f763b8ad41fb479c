#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/core/counters.h"
#include "proxy/fault/event_stage.h"
#include "proxy/fault/link.h"
#include "proxy/model/snapshot.h"
#include "proxy/session/hit_notes.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// Where a stream comes from, which rules may select by.
struct StreamOrigin {
  Peer peer = {};
  std::uint64_t request = 0;  // the ordinal on the connection of the request that opened it
  std::string head = {};      // of that request, raw; empty when there is none
  Direction side = Direction::response;
  HeldBounds bounds = {};
};

// How much faults may hold back of one stream of the proxy.
inline HeldBounds held_bounds(const ProxyConfig& config) {
  return {.events = config.max_held_events, .bytes = config.max_held_bytes.bytes};
}

// The events of one response body, or of one direction of a connection, on their way. Its codec
// follows every event stream, so that a stream fault acts on an open stream from its next event on;
// while no rule asks for this stream the bytes go on as they come, whole events or not. With a
// rule, what is held back is at most one event that has not ended yet, and no more of it than the
// codec is ready to hold, and what the stages of the rules hold, within the bounds.
class EventRelay {
 public:
  // Gives bytes on; the hold is for what is still late when the stream is over.
  using Sink = std::function<void(ByteView, Hold)>;

  // `codec` is one of event::codec_names(). What is hit is noted in `hits`, which outlives it as
  // the counters do.
  EventRelay(std::string_view codec, StreamOrigin origin, Counters& counters, HitNotes& hits);
  EventRelay(std::unique_ptr<event::Codec> codec, StreamOrigin origin, Counters& counters,
             HitNotes& hits);
  EventRelay(const EventRelay&) = delete;
  EventRelay& operator=(const EventRelay&) = delete;

  // Chooses the rules that are active now and ask for this stream. What was held for a rule that is
  // gone goes on through `sink`.
  void refresh(const ActiveRules& rules, TimePoint now, const Sink& sink);

  // From now on events are counted and nothing else: no rule, whether it is active already or will
  // be, asks for this stream.
  void only_count();
  bool only_counts() const { return only_counts_; }

  void feed(ByteView payload, TimePoint now, const Sink& sink);

  // Gives on what is due; to be called at next_due(), which is kNever while nothing is.
  void advance(TimePoint now, const Sink& sink);
  TimePoint next_due() const { return line_.next_due(); }

  // Whether more may be fed: false while the stages hold as much as they may, or ask for a rest.
  bool accepts() const { return line_.accepts(); }
  // Whether a fault holds something back, and whether nothing but its end can let go of that.
  bool holds() const { return line_.load().events > 0; }
  bool stuck() const { return holds() && next_due() == kNever; }

  // How a fault has ended the stream, if one has: what was given on is the last of it.
  std::optional<BodyEnd> cut() const { return cut_; }

  // Whether the stream goes on piece by piece: a rule asks for it, or its codec changes some.
  bool in_pieces() const { return !rules_.empty() || codec_->rewrites(); }

  // The stream has ended: what is left of an event that never did goes on as it is.
  void finish(TimePoint now, const Sink& sink);

 private:
  // A rule that asks for this stream, and what it decides by when it takes streams as a whole.
  struct Asking {
    RulePtr rule;
    Subject subject;
  };

  // What the rules decided about one event.
  struct Decision {
    EventVerdict verdict = {};
    std::shared_ptr<EventHits> hits = {};
    std::vector<const Rule*> rules = {};
  };

  class Exit;

  void keep_stages(TimePoint now, const Sink& sink);
  void add_stages();
  std::optional<std::uint64_t> stage_of(const Rule& rule, const FaultSpec& spec);
  bool accepts(const Rule& rule, const http::RequestHead* head) const;
  void pass(const event::Piece& piece, TimePoint now, Exit& exit);
  Decision decide(const event::Event& event, TimePoint now);
  void apply(Decision decision, const event::Event& event, TimePoint now, Exit& exit);
  void pass_group(const event::Group& group, TimePoint now, Exit& exit);
  event::Outcome outcome_of(const EventVerdict& verdict, const event::Event& event) const;
  void note(const Decision& decision, const event::Event& event, std::uint64_t index,
            std::size_t length);
  Bytes image_of(const EventVerdict& verdict, const event::Event& event) const;
  Bytes made_like(const MadeEvent& made, const event::Event& event) const;
  void send_held(const Sink& sink);
  void count(std::uint64_t events);

  Counters& counters_;
  HitNotes& hits_;
  std::unique_ptr<event::Codec> codec_;
  StreamOrigin origin_;
  ConnectionCounts counts_;
  std::vector<Asking> rules_;
  EventLine line_;
  std::optional<BodyEnd> cut_;
  std::size_t sent_ =
      0;  // how many bytes that the codec has not given out yet have gone on already
  std::uint64_t oversized_ = 0;
  std::uint64_t index_ = 0;  // of the present event
  bool failed_ = false;      // the codec has been counted as such
  bool only_counts_ = false;
};

}  // namespace firedrill
