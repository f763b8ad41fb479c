// stream.throttle: a slow producer.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/waiting_parcels.h"

#include <algorithm>

namespace firedrill {
namespace {

struct ThrottleConfig {
  double events_per_second = 0;
  unsigned burst = 1;
};

// A token bucket that holds `burst`, told by the moment at which it would be full again.
class ThrottleStage final : public EventStage {
 public:
  explicit ThrottleStage(const ThrottleConfig& config)
      : interval_(static_cast<std::int64_t>(1e9 / config.events_per_second)),
        slack_(interval_ * (config.burst - 1)) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    TimePoint due = std::max(now, held_.last());
    if (chosen == Chosen::yes) {
      full_ = std::max(full_, now);
      if (full_ - now > slack_) due = std::max(due, full_ - slack_);
      full_ = later(full_, interval_);
    }
    if (due <= now && held_.empty()) return next(parcel);
    held_.add(parcel, due);
  }

  TimePoint alarm() const override { return held_.next(); }
  void on_alarm(TimePoint now, const EventNext& next) override { held_.release(now, next); }
  void on_removal(const EventNext& next) override { held_.release_all(next); }
  Load load() const override { return held_.load(); }

 private:
  Duration interval_;
  Duration slack_;
  WaitingParcels held_;
  TimePoint full_ = {};
};

class StreamThrottle final : public FaultSpec {
 public:
  using Config = ThrottleConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("events_per_second", &Config::events_per_second,
                      "How many of the hit events go on in a second, on each stream; 0.1 is one in "
                      "ten seconds.",
                      between(0.001, 1e6))
            .optional("burst", &Config::burst, "How many may come at once after a silence.",
                      between(1u, 1000u));
    return params;
  }

  explicit StreamThrottle(const Config& config) : config_(config) {}

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart&) const override {
    return std::make_unique<ThrottleStage>(config_);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamThrottle = fault_type<StreamThrottle>({
    .name = "stream.throttle",
    .family = Family::stream,
    .summary = "Lets only so many events a second go on.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "Every event, whole and in order, at a steady pace and later and later while more come; "
        "beyond the proxy's bounds for held events the upstream is slowed down too. What was held "
        "arrives at once when the fault ends.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
