// stream.gap: a stretch of a stream that never arrives.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

struct GapConfig {
  std::uint32_t events = 0;
};

class GapStage final : public EventStage {
 public:
  GapStage(const GapConfig& config, const event::Codec& codec)
      : codec_(codec), events_(config.events) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint, const EventNext& next) override {
    if (parcel.kind != Parcel::Kind::event) return next(parcel);
    if (left_ == 0 && chosen == Chosen::yes) left_ = events_;
    if (left_ == 0) return next(parcel);
    --left_;
    const Bytes rest = codec_.remainder({.raw = parcel.bytes});
    if (!rest.empty()) next({.kind = Parcel::Kind::other, .bytes = rest});
  }

 private:
  const event::Codec& codec_;
  std::uint32_t events_;
  std::uint32_t left_ = 0;  // how many more are lost
};

class StreamGap final : public FaultSpec {
 public:
  using Config = GapConfig;

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "events", &Config::events,
        "How many events are lost: a hit one and those that follow it, hit or not. A hit within a "
        "gap does not make it longer.",
        between(1u, 1000000u));
    return params;
  }

  explicit StreamGap(const Config& config) : config_(config) {}

  // Those that follow an event of a group may be in another.
  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict&,
                   Rng&) const override {
    return event.grouped ? Applied::no : Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<GapStage>(config_, start.codec);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamGap = fault_type<StreamGap>({
    .name = "stream.gap",
    .family = Family::stream,
    .summary = "Takes several events in a row out of a stream.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "A sound stream with a hole in it, and no error, as after a failover to a replica that was "
        "behind. Heartbeats pass.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
