// tcp.reset: the connection breaks.

#include "proxy/fault/fault.h"

#include <limits>

namespace firedrill {
namespace {

// Sends a reset at `alarm`, or behind the last of `remaining` bytes; nothing follows it.
class Reset final : public LinkStage {
 public:
  Reset(TimePoint alarm, std::uint64_t remaining) : alarm_(alarm), remaining_(remaining) {}

  void on_segment(Segment segment, const Next& next) override {
    if (done_) return;
    if (segment.kind != Segment::Kind::data) {
      done_ = segment.kind == Segment::Kind::reset;
      return next(std::move(segment));
    }
    if (segment.bytes.size() < remaining_) {
      remaining_ -= segment.bytes.size();
      return next(std::move(segment));
    }
    const TimePoint due = segment.due;
    segment.bytes.resize(remaining_);
    next(std::move(segment));
    reset(due, next);
  }

  TimePoint alarm() const override { return done_ ? kNever : alarm_; }
  void on_alarm(TimePoint now, const Next& next) override { reset(now, next); }

 private:
  void reset(TimePoint due, const Next& next) {
    done_ = true;
    next({.kind = Segment::Kind::reset, .due = due});
  }

  TimePoint alarm_;
  std::uint64_t remaining_;
  bool done_ = false;
};

class TcpReset final : public FaultSpec {
 public:
  struct Config {
    std::optional<Duration> after;
    std::optional<ByteSize> bytes;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("after", &Config::after,
                      "How long a connection lives, counted from when the fault reaches it.")
            .optional("bytes", &Config::bytes,
                      "How many bytes pass in the fault's direction before the reset. With `after` "
                      "too, whichever comes first; with neither, the reset is at once.");
    return params;
  }

  explicit TcpReset(Config config) : config_(config) {}

  void on_accept(AcceptVerdict& verdict, Rng&) const override {
    if (at_once()) verdict.action = AcceptVerdict::Action::reset;
  }

  std::unique_ptr<LinkStage> make_stage(TimePoint now, Rng) const override {
    const bool timed = config_.after && *config_.after < kNever - now;
    const TimePoint alarm = at_once() ? now : timed ? now + *config_.after : kNever;
    const auto bytes = config_.bytes ? config_.bytes->bytes : kUnlimited;
    return std::make_unique<Reset>(alarm, bytes);
  }

 private:
  static constexpr auto kUnlimited = std::numeric_limits<std::uint64_t>::max();

  bool at_once() const { return !config_.after && !config_.bytes; }

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
