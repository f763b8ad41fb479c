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

// The events of one response body on their way to the client. Its codec follows every event stream, so
// that a stream fault acts on an open stream from its next event on; while no rule asks for this stream
// the bytes go on as they come, whole events or not.
class EventRelay {
 public:
  // Gives bytes on; the hold is for a delayed event.
  using Sink = std::function<void(ByteView, Hold)>;

  // `codec` is one of event::codec_names(); `request` is the raw head of the request that opened the
  // stream, which rules may select by.
  EventRelay(std::string_view codec, const Peer& peer, std::string request, Counters& counters);

  // Chooses the rules that are active now and ask for this stream. What was held for a rule that is gone
  // goes on through `sink`.
  void refresh(const ActiveRules& rules, TimePoint now, const Sink& sink);

  void feed(ByteView payload, TimePoint now, const Sink& sink);

  // The stream has ended: what is left of an event that never did goes on as it is.
  void finish(const Sink& sink);

 private:
  void pass(const event::Piece& piece, TimePoint now, const Sink& sink);
  void decide(const event::Event& event, TimePoint now, const Sink& sink);
  void take_unsent(ByteView payload);

  Counters& counters_;
  std::unique_ptr<event::Codec> codec_;
  Peer peer_;
  std::string request_;
  std::vector<RulePtr> rules_;
  std::uint64_t held_ = 0;    // bytes inside the codec: an event that is not complete
  std::uint64_t sent_ = 0;    // how many of them, from the front, have gone on already
  Bytes unsent_;              // the others
  std::uint64_t oversized_ = 0;
};

}  // namespace firedrill
