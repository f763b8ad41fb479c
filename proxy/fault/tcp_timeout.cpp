// tcp.timeout: nothing comes, and then the connection is closed.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <utility>

namespace firedrill {
namespace {

// Swallows all bytes and closes the connection at a moment. The ends of the peers pass.
class Timeout final : public LinkStage {
 public:
  explicit Timeout(TimePoint alarm) : alarm_(alarm) {}

  void on_segment(Segment segment, const Next& next) override {
    if (segment.kind != Segment::Kind::data) return next(std::move(segment));
    swallowed_ = true;
  }

  TimePoint alarm() const override { return alarm_; }
  void on_alarm(TimePoint now, const Next& next) override { close(now, next); }

  // Without the bytes that are gone, the rest would be a corrupt stream.
  void on_removal(TimePoint now, const Next& next) override {
    if (swallowed_) close(now, next);
  }

  void adopt(LinkStage& before) override {
    if (auto* timeout = dynamic_cast<Timeout*>(&before))
      swallowed_ = std::exchange(timeout->swallowed_, false);
  }

 private:
  void close(TimePoint now, const Next& next) {
    alarm_ = kNever;
    swallowed_ = false;
    next({.kind = Segment::Kind::close, .due = now});
  }

  TimePoint alarm_;
  bool swallowed_ = false;
};

class TcpTimeout final : public FaultSpec {
 public:
  struct Config {
    Duration after{};
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "after", &Config::after,
        "When the connection is closed on both sides, counted from when the fault, or an edit of "
        "it, reaches it, whatever is sent meanwhile; 0 for never.");
    return params;
  }

  explicit TcpTimeout(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    const bool closes = config_.after > Duration::zero();
    return std::make_unique<Timeout>(closes ? later(start.now, config_.after) : kNever);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpTimeout = fault_type<TcpTimeout>({
    .name = "tcp.timeout",
    .family = Family::tcp,
    .summary =
        "Drops all bytes of its direction and closes the connection after a time; the other "
        "direction goes on. When it ends, connections of which it has dropped bytes are closed.",
    .reaches_upstream = "The connection does; bytes only when the direction is response.",
    .client_sees = "Silence, and after the time the end of the stream (FIN).",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
