// stream.drop: an event that never arrives.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class StreamDrop final : public FaultSpec {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const auto params = Params<Config>();
    return params;
  }

  explicit StreamDrop(const Config&) {}

  Applied on_event(const event::Event&, const event::Codec&, EventVerdict& verdict,
                   Rng&) const override {
    verdict.dropped = true;
    return Applied::yes;
  }
};

}  // namespace

extern constinit const FaultType kStreamDrop = fault_type<StreamDrop>({
    .name = "stream.drop",
    .family = Family::stream,
    .summary = "Takes events out of a stream, as a producer or a broker that loses messages does.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "A gap in a sound stream, and no error. A consumer of server-sent events that reconnects "
        "asks only for what follows the last id it has seen, so that a lost event stays lost, "
        "unless it was the last before the connection ended. Nobody acknowledges it: a broker that "
        "counts acknowledgements delivers it again, or waits.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
