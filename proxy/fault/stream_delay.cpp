// stream.delay: events that come late.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class StreamDelay final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay,
        "How long each event is held. Drawn by the event's identity, so that an event which is "
        "delivered again is held as long again.");
    return params;
  }

  explicit StreamDelay(Config config) : config_(std::move(config)) {}

  Applied on_event(const event::Event&, EventVerdict& verdict, Rng& rng) const override {
    verdict.delay = add_delays(verdict.delay, config_.delay.sample(rng));
    return Applied::yes;
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamDelay = fault_type<StreamDelay>({
    .name = "stream.delay",
    .family = Family::stream,
    .summary = "Holds events, and with them everything behind them in the stream.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "Every event, whole and in order, but late; heartbeats behind a held event wait with it. "
        "What was held arrives at once when the fault ends.",
    .direction = Direction::response,
    .directed = true,
    .ramps = {"delay"},
});

}  // namespace firedrill
