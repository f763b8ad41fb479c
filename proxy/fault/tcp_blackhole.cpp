// tcp.blackhole: a connection on which nothing moves.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class Blackhole final : public LinkStage {
 public:
  void on_segment(Segment segment, const Next& next) override {
    segment.due = kNever;
    next(std::move(segment));
  }
};

class TcpBlackhole final : public FaultSpec {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit TcpBlackhole(Config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart&) const override {
    return std::make_unique<Blackhole>();
  }
};

}  // namespace

extern constinit const FaultType kTcpBlackhole = fault_type<TcpBlackhole>({
    .name = "tcp.blackhole",
    .family = Family::tcp,
    .summary =
        "Connections are accepted and stay open, but nothing is forwarded until the fault ends; "
        "then everything that was held goes on.",
    .reaches_upstream = "The connection does, its bytes only after the fault has ended.",
    .client_sees = "A connection that is established and then silent, until the client gives up.",
    .direction = Direction::both,
    .directed = true,
});

}  // namespace firedrill
