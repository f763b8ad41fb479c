// stream.stall: a stream that stays open and says nothing.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/waiting_parcels.h"

#include <optional>

namespace firedrill {
namespace {

enum class StallMode : std::uint8_t { buffer, backpressure };
enum class Heartbeats : std::uint8_t { keep, stop };

}  // namespace

template <>
struct Names<StallMode> {
  static constexpr std::pair<std::string_view, StallMode> kAll[] = {
      {"buffer", StallMode::buffer}, {"backpressure", StallMode::backpressure}};
};
template <>
struct Kind<StallMode> : EnumKind<StallMode> {};

template <>
struct Names<Heartbeats> {
  static constexpr std::pair<std::string_view, Heartbeats> kAll[] = {{"keep", Heartbeats::keep},
                                                                     {"stop", Heartbeats::stop}};
};
template <>
struct Kind<Heartbeats> : EnumKind<Heartbeats> {};

namespace {

struct StallConfig {
  std::optional<Duration> length;
  StallMode mode = StallMode::buffer;
  std::optional<Heartbeats> heartbeats;

  bool keeps_heartbeats() const {
    return mode == StallMode::buffer && heartbeats.value_or(Heartbeats::keep) == Heartbeats::keep;
  }
};

class StallStage final : public EventStage {
 public:
  explicit StallStage(const StallConfig& config) : config_(config) {}

  // The event that begins a stall is the first that it holds, so that its end is an alarm.
  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    const bool stalled = !held_.empty();
    if (!stalled && chosen == Chosen::no) return next(parcel);
    if (!stalled) until_ = config_.length ? later(now, *config_.length) : kNever;
    holds_group_ = (stalled && holds_group_) || parcel.kind == Parcel::Kind::group;
    const bool passes = parcel.kind == Parcel::Kind::other && !holds_group_;
    if (passes && config_.keeps_heartbeats()) return next(parcel);
    held_.add(parcel, until_);
  }

  TimePoint alarm() const override { return held_.next(); }
  void on_alarm(TimePoint now, const EventNext& next) override { held_.release(now, next); }
  void on_removal(const EventNext& next) override { held_.release_all(next); }
  Load load() const override { return held_.load(); }
  bool pauses() const override { return config_.mode == StallMode::backpressure && !held_.empty(); }

 private:
  StallConfig config_;
  WaitingParcels held_;
  TimePoint until_ = {};
  bool holds_group_ = false;  // which nothing overtakes
};

class StreamStall final : public FaultSpec {
 public:
  using Config = StallConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("for", &Config::length,
                      "How long; until the fault ends when absent. A later hit stalls again, one "
                      "within a stall changes nothing.",
                      between(std::optional(Duration(1)), std::optional(kLongestDelay)))
            .optional("mode", &Config::mode,
                      "buffer reads on from the upstream, up to the proxy's bounds for held "
                      "events; backpressure stops reading at once, so that the upstream finds its "
                      "connection full.")
            .optional("heartbeats", &Config::heartbeats,
                      "Whether comments and whatever else is no event goes on: keep (the default) "
                      "or stop. What is not read does not go on, so backpressure always stops "
                      "them.")
            .check("heartbeats", [](const Config& config) {
              return config.mode == StallMode::backpressure && config.heartbeats == Heartbeats::keep
                         ? "can't be kept with mode backpressure, which reads none"
                         : "";
            });
    return params;
  }

  explicit StreamStall(const Config& config) : config_(config) {}

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart&) const override {
    return std::make_unique<StallStage>(config_);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamStall = fault_type<StreamStall>({
    .name = "stream.stall",
    .family = Family::stream,
    .summary = "Stops the events of a stream from a hit one on, and keeps its connection open.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "A healthy connection, heartbeats and all, on which no event comes; then everything that "
        "was held, at once and in order. The proxy's own timeouts do not end it while events are "
        "held.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
