// tcp.reset: the connection breaks.

#include "proxy/fault/cut.h"
#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

enum class From : std::uint8_t { start, data };

}  // namespace

template <>
struct Names<From> {
  static constexpr std::pair<std::string_view, From> kAll[] = {{"start", From::start},
                                                               {"data", From::data}};
};
template <>
struct Kind<From> : EnumKind<From> {};

namespace {

// Swallows everything and sends a reset some time after the first of it; a silent link is left
// alone.
class ResetFromData final : public LinkStage {
 public:
  ResetFromData(Duration after, TimePoint now) : after_(after), started_(now) {}

  void on_segment(Segment segment, const Next& next) override {
    if (segment.kind == Segment::Kind::close || segment.kind == Segment::Kind::reset) {
      state_ = State::done;
      return next(std::move(segment));
    }
    if (state_ == State::silent) begin(segment.due, next);
  }

  TimePoint alarm() const override { return alarm_; }
  void on_alarm(TimePoint now, const Next& next) override { reset(now, next); }

  // What is swallowed can't be made up for.
  void on_removal(TimePoint now, const Next& next) override {
    if (state_ == State::begun) reset(now, next);
  }

  void adopt(LinkStage& before) override {
    auto* other = dynamic_cast<ResetFromData*>(&before);
    if (other == nullptr || other->state_ != State::begun) return;
    other->state_ = State::done;
    state_ = State::begun;
    alarm_ = later(started_, after_);
  }

 private:
  enum class State : std::uint8_t { silent, begun, done };

  void begin(TimePoint now, const Next& next) {
    state_ = State::begun;
    alarm_ = later(now, after_);
    if (alarm_ <= now) reset(now, next);
  }

  void reset(TimePoint now, const Next& next) {
    state_ = State::done;
    alarm_ = kNever;
    next({.kind = Segment::Kind::reset, .due = now});
  }

  Duration after_;
  TimePoint started_;
  TimePoint alarm_ = kNever;
  State state_ = State::silent;
};

class TcpReset final : public FaultSpec {
 public:
  struct Config {
    std::optional<Duration> after;
    std::optional<ByteSize> bytes;
    From from = From::start;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("after", &Config::after,
                      "How long a connection lives, counted from when the fault, or an edit of it, "
                      "reaches it.")
            .optional("bytes", &Config::bytes,
                      "How many bytes pass in the fault's direction before the reset. With `after` "
                      "too, whichever comes first; with neither, the reset is at once.")
            .optional("from", &Config::from,
                      "data counts `after` from the first bytes, or the end, that come in the "
                      "fault's direction; these and what follows are lost, and a connection that "
                      "stays silent is never reset. start counts from the beginning.")
            .check("bytes", [](const Config& config) {
              return config.bytes && config.from == From::data
                         ? "can't be given with from: data, where no byte passes"
                         : "";
            });
    return params;
  }

  explicit TcpReset(Config config) : config_(config) {}

  void on_accept(AcceptVerdict& verdict, Rng&) const override {
    if (config_.from == From::start && point().at_once())
      verdict.refuse_with(AcceptVerdict::Action::reset);
  }

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    if (config_.from == From::data)
      return std::make_unique<ResetFromData>(config_.after.value_or(Duration::zero()), start.now);
    return std::make_unique<Cut>(Segment::Kind::reset, point(), start.now);
  }

 private:
  CutPoint point() const { return {.after = config_.after, .bytes = config_.bytes}; }

  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpReset = fault_type<TcpReset>({
    .name = "tcp.reset",
    .family = Family::tcp,
    .summary =
        "Resets connections (RST): at accept and at once when they are open, or after a time or "
        "a number of bytes.",
    .reaches_upstream = "What passed before the reset does; at accept, nothing.",
    .client_sees =
        "ECONNRESET (\"connection reset by peer\") behind the bytes that came before it.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
