// stream.delay: events that come late.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/waiting_parcels.h"

namespace firedrill {
namespace {

enum class Scope : std::uint8_t { order, event };

}  // namespace

template <>
struct Names<Scope> {
  static constexpr std::pair<std::string_view, Scope> kAll[] = {{"order", Scope::order},
                                                                {"event", Scope::event}};
};
template <>
struct Kind<Scope> : EnumKind<Scope> {};

namespace {

struct DelayConfig {
  Distribution delay;
  Scope scope = Scope::order;
};

class DelayStage final : public EventStage {
 public:
  DelayStage(const DelayConfig& config, const EventStageStart& start)
      : config_(config), start_(start) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    TimePoint due = now;
    if (chosen == Chosen::yes) {
      Rng rng = start_.rng_for(parcel.identity, now);
      due = later(now, std::min(config_.delay.sample(rng), kLongestDelay));
    }
    if (config_.scope == Scope::order) due = std::max(due, waiting_.last());
    if (due <= now && (config_.scope == Scope::event || waiting_.empty())) return next(parcel);
    waiting_.add(parcel, due);
  }

  TimePoint alarm() const override { return waiting_.next(); }
  void on_alarm(TimePoint now, const EventNext& next) override { waiting_.release(now, next); }
  void on_removal(const EventNext& next) override { waiting_.release_all(next); }
  Load load() const override { return waiting_.load(); }

 private:
  DelayConfig config_;
  EventStageStart start_;
  WaitingParcels waiting_;
};

class StreamDelay final : public FaultSpec {
 public:
  using Config = DelayConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("delay", &Config::delay,
                      "How long each event is held. Drawn by the event's identity, so that an "
                      "event which is delivered again is held as long again.")
            .optional("scope", &Config::scope,
                      "With order, everything behind a held event waits with it; with event, what "
                      "is not held itself overtakes it. Entries in a reply of Redis can't be held "
                      "so: nothing may overtake a reply.");
    return params;
  }

  explicit StreamDelay(Config config) : config_(std::move(config)) {}

  // Nothing overtakes a group.
  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict&,
                   Rng&) const override {
    return event.grouped && config_.scope == Scope::event ? Applied::no : Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<DelayStage>(config_, start);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamDelay = fault_type<StreamDelay>({
    .name = "stream.delay",
    .family = Family::stream,
    .summary = "Holds events, and with them everything behind them in the stream.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "Every event, whole, but late, and in order unless scope says otherwise; heartbeats behind "
        "a held event wait with it. What was held arrives at once when the fault ends.",
    .direction = Direction::response,
    .directed = true,
    .ramps = {"delay"},
});

}  // namespace firedrill
