// stream.duplicate: at-least-once delivery, shown to consumers that hope for exactly once.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/waiting_parcels.h"

#include <list>

namespace firedrill {
namespace {

struct DuplicateConfig {
  unsigned copies = 1;
  Duration gap{};
  unsigned distance = 0;
};

// A copy that still waits when the fault ends is never sent: nothing of the stream is lost with it.
class DuplicateStage final : public EventStage {
 public:
  DuplicateStage(const DuplicateConfig& config, const HeldBounds& bounds)
      : config_(config), bounds_(bounds) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    next(parcel);
    if (parcel.kind == Parcel::Kind::event) count_down(next);
    if (chosen == Chosen::no || parcel.kind == Parcel::Kind::group) return;
    if (config_.distance > 0) {
      distant_.push_back({.parcel = HeldParcel(parcel), .left = config_.distance});
      distant_load_ += distant_.back().parcel.load();
      // Copies that wait for later events must not keep those from coming.
      while (!distant_.empty() && !distant_load_.within(bounds_)) send_first(next);
      return;
    }
    TimePoint due = now;
    for (unsigned copy = 0; copy < config_.copies; ++copy) {
      due = later(due, config_.gap);
      if (due > now) {
        late_.add(parcel, due);
      } else {
        next(parcel);
      }
    }
  }

  TimePoint alarm() const override { return late_.next(); }
  void on_alarm(TimePoint now, const EventNext& next) override { late_.release(now, next); }

  void on_end(TimePoint, const EventNext& next) override {
    while (!distant_.empty()) send_first(next);
  }

  Load load() const override { return late_.load(); }

 private:
  struct Distant {
    HeldParcel parcel;
    unsigned left;  // how many events are still to come before the copies
  };

  void count_down(const EventNext& next) {
    for (Distant& distant : distant_) --distant.left;
    while (!distant_.empty() && distant_.front().left == 0) send_first(next);
  }

  void send_first(const EventNext& next) {
    const Distant first = std::move(distant_.front());
    distant_.pop_front();
    distant_load_ -= first.parcel.load();
    for (unsigned copy = 0; copy < config_.copies; ++copy) next(first.parcel.view());
  }

  DuplicateConfig config_;
  HeldBounds bounds_;
  WaitingParcels late_;
  std::list<Distant> distant_;
  Load distant_load_;
};

class StreamDuplicate final : public FaultSpec {
 public:
  using Config = DuplicateConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("copies", &Config::copies, "How many times more each event is sent.",
                      between(1u, 100u))
            .optional("gap", &Config::gap,
                      "The time from an event to its first copy, and from each copy to the next; "
                      "what comes meanwhile goes on. Right behind the event by default.",
                      between(Duration{}, Duration(std::chrono::hours(1))))
            .optional(
                "distance", &Config::distance,
                "The copies come behind so many later events instead, or sooner when they are "
                "more than a proxy may hold (max_held_events, max_held_bytes).",
                between(0u, 1000u))
            .check("distance", [](const Config& config) {
              return config.distance > 0 && config.gap > Duration::zero()
                         ? "can't be given with gap"
                         : "";
            });
    return params;
  }

  explicit StreamDuplicate(const Config& config) : config_(config) {}

  // The copies of an event of a group are in the same group.
  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict& verdict,
                   Rng&) const override {
    if (!event.grouped) return Applied::yes;
    if (config_.gap > Duration::zero() || config_.distance > 0) return Applied::no;
    verdict.copies += config_.copies;
    return Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<DuplicateStage>(config_, start.bounds);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamDuplicate = fault_type<StreamDuplicate>({
    .name = "stream.duplicate",
    .family = Family::stream,
    .summary = "Delivers events more than once, as at-least-once delivery does on a retry.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "The same event again, byte for byte and with the same id. Client libraries hand on every "
        "copy; only an idempotent consumer does its work once. Copies that still wait when the "
        "fault ends are not sent.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
