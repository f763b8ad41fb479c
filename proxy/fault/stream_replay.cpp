// stream.replay: a broker that has lost its place and sends what it sent before.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/fault.h"

#include <deque>

namespace firedrill {
namespace {

struct ReplayConfig {
  std::size_t last = 10;
};

class ReplayStage final : public EventStage {
 public:
  ReplayStage(const ReplayConfig& config, const EventStageStart& start)
      : most_(config.last), bounds_(start.bounds) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint, const EventNext& next) override {
    next(parcel);
    if (parcel.kind != Parcel::Kind::event) return;
    remember(parcel);
    if (chosen == Chosen::no) return;
    for (const HeldParcel& known : known_) next(known.view());
  }

 private:
  void remember(const Parcel& parcel) {
    known_.emplace_back(parcel);
    known_.back().forget_hits();
    bytes_ += parcel.bytes.size();
    while (known_.size() > most_ || bytes_ > bounds_.bytes) {
      bytes_ -= known_.front().size();
      known_.pop_front();
    }
  }

  std::size_t most_;
  HeldBounds bounds_;
  std::deque<HeldParcel> known_;
  std::size_t bytes_ = 0;
};

class StreamReplay final : public FaultSpec {
 public:
  using Config = ReplayConfig;

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "last", &Config::last,
        "How many events are sent again behind a hit one, which is the last of them. Fewer when "
        "the stream has had fewer since the fault began, or when they are larger than the proxy's "
        "bound for held bytes.",
        between(std::size_t{1}, std::size_t{1000}));
    return params;
  }

  explicit StreamReplay(const Config& config) : config_(config) {}

  // An event of a group can't come without the rest of it.
  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict&,
                   Rng&) const override {
    return event.grouped ? Applied::no : Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<ReplayStage>(config_, start);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamReplay = fault_type<StreamReplay>({
    .name = "stream.replay",
    .family = Family::stream,
    .summary = "Sends the last events of a stream once more.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "Old events again, byte for byte and with their ids, as after an offset that was reset; a "
        "consumer that goes by the last id goes back with them.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
