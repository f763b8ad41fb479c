// stream.duplicate: at-least-once delivery, shown to consumers that hope for exactly once.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class StreamDuplicate final : public FaultSpec {
 public:
  struct Config {
    unsigned copies = 1;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "copies", &Config::copies, "How many times more each event is sent, right behind itself.",
        between(1u, 100u));
    return params;
  }

  explicit StreamDuplicate(const Config& config) : config_(config) {}

  Applied on_event(const event::Event&, EventVerdict& verdict, Rng&) const override {
    verdict.copies += config_.copies;
    return Applied::yes;
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
        "copy; only an idempotent consumer does its work once.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
