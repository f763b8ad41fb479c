// tcp.latency: every chunk leaves later.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class Latency final : public LinkStage {
 public:
  Latency(const Distribution& delay, Rng rng) : delay_(delay), rng_(rng) {}

  // An ending has no delay of its own: it keeps its place behind the bytes.
  void on_segment(Segment segment, const Next& next) override {
    if (segment.kind == Segment::Kind::data) segment.due = later(segment.due, delay_.sample(rng_));
    next(std::move(segment));
  }

 private:
  Distribution delay_;
  Rng rng_;
};

class TcpLatency final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay,
        "How long each chunk is held, drawn anew for each. A chunk is what was read at once.");
    return params;
  }

  explicit TcpLatency(Config config) : config_(std::move(config)) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Latency>(config_.delay, start.rng);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpLatency = fault_type<TcpLatency>({
    .name = "tcp.latency",
    .family = Family::tcp,
    .summary =
        "Delays each chunk of bytes; their order is kept, and many may be on the way at once.",
    .reaches_upstream = "Yes, late when the direction is request or both.",
    .client_sees = "Every byte, later.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
