#pragma once

#include "proxy/core/distribution.h"
#include "proxy/core/params.h"
#include "proxy/core/rng.h"
#include "proxy/fault/connection_slots.h"
#include "proxy/fault/event_stage.h"
#include "proxy/fault/link.h"
#include "proxy/fault/verdict.h"

#include <array>
#include <memory>
#include <string_view>

namespace firedrill {

namespace dns {
struct Question;
}
namespace event {
class Codec;
struct Event;
}  // namespace event

// The protocol family that a fault belongs to: the part of its type before the dot.
enum class Family : std::uint8_t { tcp, http, dns, stream };

template <>
struct Names<Family> {
  static constexpr std::pair<std::string_view, Family> kAll[] = {{"tcp", Family::tcp},
                                                                 {"http", Family::http},
                                                                 {"dns", Family::dns},
                                                                 {"stream", Family::stream}};
};

// Which way of a connection a fault acts on: `request` is client to upstream.
enum class Direction : std::uint8_t { request, response, both };

template <>
struct Names<Direction> {
  static constexpr std::pair<std::string_view, Direction> kAll[] = {
      {"request", Direction::request},
      {"response", Direction::response},
      {"both", Direction::both}};
};
template <>
struct Kind<Direction> : EnumKind<Direction> {};

// When anything last went into one of the links of a connection, either way, as the stages that ask
// for it have seen.
struct Activity {
  TimePoint last = {};
};

// What a stage is told of the link that it joins.
struct StageStart {
  TimePoint now;
  Rng rng;
  Direction side;      // request or response
  Activity& activity;  // of the link's connection, which outlives the stage
};

// A fault as configured: immutable, shared by all workers through the snapshot. A type overrides
// the one hook that it needs; each hook adds to a verdict, so that any number of faults compose.
// Hooks are called only for traffic that the rule selects, on a worker's thread, and must not
// block.
class FaultSpec {
 public:
  virtual ~FaultSpec() = default;

  // tcp: a connection has been accepted.
  virtual void on_accept(AcceptVerdict&, Rng&) const {}
  // tcp: of what a connection needs one for as long as it is open; null for nothing. They belong to
  // the fault.
  virtual ConnectionSlots* slots() const { return nullptr; }
  // tcp: joins a link that is being made or is open already; null when it has no part there.
  virtual std::unique_ptr<LinkStage> make_stage(const StageStart&) const { return nullptr; }
  // tcp: the listener itself is closed while the fault is active and hits everybody.
  virtual bool closes_listener() const { return false; }

  // http: a request head has been read; and later, its response's head. What can't be done to the
  // message (Applied::no) leaves no trace in the verdict.
  virtual Applied on_request(const HttpRequest&, RequestVerdict&, Rng&) const {
    return Applied::yes;
  }
  virtual Applied on_response(const HttpResponse&, ResponseVerdict&, Rng&) const {
    return Applied::yes;
  }
  // http and dns: whether all that it does can be decided when the response is there, so that a
  // match may ask for the response.
  virtual bool waits_for_response(Direction) const { return false; }

  // dns: a query has been read; and, for a fault that wants it so, there is a reply to it.
  virtual Applied on_query(const DnsQuerySeen&, QueryVerdict&, Rng&) const { return Applied::yes; }
  virtual Applied on_reply(const DnsReplySeen&, ReplyVerdict&, Rng&) const { return Applied::yes; }
  virtual bool sees_reply(Direction) const { return false; }
  // dns: the proxy whose address it answers with, "" for none; and the same fault with that
  // address.
  virtual std::string_view own_proxy() const { return {}; }
  virtual std::shared_ptr<const FaultSpec> for_address(const Cidr::Raw&) const { return nullptr; }
  // dns: whether the workers share the answers of an activation with it.
  virtual bool freezes_answers() const { return false; }
  // dns: whether they share counts of the answers to each question.
  virtual bool counts_answers() const { return false; }
  // dns: the longest that a client may keep an answer for that it would not have got without, as
  // far as that does not depend on the upstream's.
  virtual Duration injected_ttl() const { return Duration::zero(); }

  // stream: an event has been read, by that codec. Says whether the fault can be done to it; when
  // it can't, the verdict is as it was.
  virtual Applied on_event(const event::Event&, const event::Codec&, EventVerdict&, Rng&) const {
    return Applied::yes;
  }
  // stream: joins one stream, to change the order or the time of its events; null for a fault of
  // which on_event has said everything.
  virtual std::unique_ptr<EventStage> make_event_stage(const EventStageStart&) const {
    return nullptr;
  }
};

using FaultSpecPtr = std::shared_ptr<const FaultSpec>;

// A kind of fault that can be configured: one constant in each file of this directory, listed in
// registry.cpp. What it says of itself is the reference documentation.
struct FaultType {
  std::string_view name;  // "tcp.latency"
  Family family;
  std::string_view summary;           // one sentence: the effect
  std::string_view reaches_upstream;  // does the request still arrive there?
  std::string_view client_sees;       // what a client observes
  Direction direction;                // when the configuration names none
  bool directed;                      // whether `direction` may be configured at all

  // The parameters that a ramp may move: those that count for each message by itself, so that the
  // fault can take another value at any time. Unused places are empty.
  std::array<std::string_view, 4> ramps = {};

  // Set by fault_type.
  FaultSpecPtr (*compile)(Fields& with) = nullptr;
  boost::json::object (*schema)() = nullptr;
};

// The type of the fault Spec, whose Spec::Config is read by what Spec::params() declares.
template <class Spec>
constexpr FaultType fault_type(FaultType type) {
  type.compile = [](Fields& with) -> FaultSpecPtr {
    const std::size_t before = with.problems().size();
    auto config = Spec::params().read(with);
    if (with.problems().size() != before) return nullptr;
    return std::make_shared<const Spec>(std::move(config));
  };
  type.schema = [] { return Spec::params().schema(); };
  return type;
}

}  // namespace firedrill
