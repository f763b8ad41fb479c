// tcp.slow_close: an end that comes late.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class SlowClose final : public LinkStage {
 public:
  SlowClose(const Distribution& delay, Rng rng) : delay_(delay), rng_(rng) {}

  void on_segment(Segment segment, const Next& next) override {
    const bool is_fin = segment.kind == Segment::Kind::fin || segment.kind == Segment::Kind::close;
    if (is_fin) segment.due = later(segment.due, delay_.sample(rng_));
    next(std::move(segment));
  }

 private:
  Distribution delay_;
  Rng rng_;
};

class TcpSlowClose final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay, "How long the FIN is held; a reset is not.");
    return params;
  }

  explicit TcpSlowClose(Config config) : config_(std::move(config)) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<SlowClose>(config_.delay, start.rng);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpSlowClose = fault_type<TcpSlowClose>({
    .name = "tcp.slow_close",
    .family = Family::tcp,
    .summary = "Delays the end of a connection (FIN); bytes are not delayed.",
    .reaches_upstream = "Yes; its end comes late when the direction is request or both.",
    .client_sees = "Every byte in time, and a connection that stays open for longer.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
