// stream.reorder: events that overtake each other.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

enum class Order : std::uint8_t { swap, reverse, shuffle };

}  // namespace

template <>
struct Names<Order> {
  static constexpr std::pair<std::string_view, Order> kAll[] = {
      {"swap", Order::swap}, {"reverse", Order::reverse}, {"shuffle", Order::shuffle}};
};
template <>
struct Kind<Order> : EnumKind<Order> {};

namespace {

struct ReorderConfig {
  std::size_t window = 2;
  Order mode = Order::swap;
  Duration max_hold = std::chrono::seconds(2);
};

class ReorderStage final : public EventStage {
 public:
  ReorderStage(const ReorderConfig& config, const EventStageStart& start)
      : config_(config), start_(start) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    const bool collects = !window_.empty() || chosen == Chosen::yes;
    if (!collects || parcel.kind != Parcel::Kind::event) return next(parcel);
    if (window_.empty()) {
      opened_ = now;
      due_ = later(now, config_.max_hold);
    }
    window_.emplace_back(parcel);
    load_ += window_.back().load();
    if (window_.size() >= config_.window || !load_.within(start_.bounds)) send(next);
  }

  TimePoint alarm() const override { return window_.empty() ? kNever : due_; }
  void on_alarm(TimePoint, const EventNext& next) override { send(next); }
  void on_end(TimePoint, const EventNext& next) override { send(next); }
  void on_removal(const EventNext& next) override { hand_on(next); }
  Load load() const override { return load_; }

 private:
  void send(const EventNext& next) {
    if (window_.size() > 1) rearrange();
    hand_on(next);
  }

  void hand_on(const EventNext& next) {
    load_ = {};
    for (const HeldParcel& parcel : std::exchange(window_, {})) next(parcel.view());
  }

  void rearrange() {
    switch (config_.mode) {
      case Order::swap:
        for (std::size_t i = 0; i + 1 < window_.size(); i += 2)
          std::swap(window_[i], window_[i + 1]);
        break;
      case Order::reverse:
        std::ranges::reverse(window_);
        break;
      case Order::shuffle:
        shuffle();
        break;
    }
  }

  // Every event comes to a place that is not its own (Sattolo's algorithm), so that the order never
  // stays as it was.
  void shuffle() {
    Rng rng = start_.rng_for(window_.front().view().identity, opened_);
    for (std::size_t i = window_.size(); i-- > 1;) {
      const auto other = rng.between(std::int64_t{0}, static_cast<std::int64_t>(i) - 1);
      std::swap(window_[i], window_[static_cast<std::size_t>(other)]);
    }
  }

  ReorderConfig config_;
  EventStageStart start_;
  std::vector<HeldParcel> window_;
  Load load_;
  TimePoint opened_ = {};
  TimePoint due_ = kNever;
};

class StreamReorder final : public FaultSpec {
 public:
  using Config = ReorderConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("window", &Config::window,
                      "How many events change places with each other: a hit one and those that "
                      "follow it, hit or not.",
                      between(std::size_t{2}, std::size_t{1000}))
            .optional("mode", &Config::mode,
                      "swap exchanges neighbours (2 1 4 3), reverse turns the window round, and "
                      "shuffle draws an order in which no event keeps its place.")
            .optional("max_hold", &Config::max_hold,
                      "A window that is not full by then goes on with what it has, as it does at "
                      "the end of the stream.",
                      between(Duration(1), kLongestDelay));
    return params;
  }

  explicit StreamReorder(const Config& config) : config_(config) {}

  // An event of a group has its place in it.
  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict&,
                   Rng&) const override {
    return event.grouped ? Applied::no : Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<ReorderStage>(config_, start);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamReorder = fault_type<StreamReorder>({
    .name = "stream.reorder",
    .family = Family::stream,
    .summary = "Changes the order of events within a window.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "Every event once, but some before others that were sent earlier. A consumer of "
        "server-sent events that reconnects resumes behind the id it saw last, and gets again what "
        "had overtaken it. Heartbeats pass meanwhile.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
