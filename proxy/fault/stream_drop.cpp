// stream.drop: an event that never arrives.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/stream_codec.h"

namespace firedrill {
namespace {

enum class DropAck : std::uint8_t { none, proxy };

}  // namespace

template <>
struct Names<DropAck> {
  static constexpr std::pair<std::string_view, DropAck> kAll[] = {{"none", DropAck::none},
                                                                  {"proxy", DropAck::proxy}};
};
template <>
struct Kind<DropAck> : EnumKind<DropAck> {};

namespace {

class StreamDrop final : public FaultSpec {
 public:
  struct Config {
    DropAck ack = DropAck::none;
    std::optional<StreamCodec> codec;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("ack", &Config::ack,
                      "none leaves a broker that counts acknowledgements waiting, until it "
                      "delivers the event again or stops; with proxy, the event is acknowledged in "
                      "the consumer's place.")
            .optional("codec", &Config::codec, std::string(kStreamCodecDoc))
            .check("ack", wrong_ack);
    return params;
  }

  explicit StreamDrop(const Config& config) : config_(config) {}

  Applied on_event(const event::Event& event, const event::Codec& codec, EventVerdict& verdict,
                   Rng&) const override {
    if (!reads(config_.codec, codec)) return Applied::no;
    if (config_.ack == DropAck::proxy) {
      auto acknowledgement = codec.acknowledge(event);
      if (!acknowledgement) return Applied::no;
      verdict.acknowledgement = std::move(*acknowledgement);
    }
    verdict.dropped = true;
    return Applied::yes;
  }

 private:
  static std::string wrong_ack(const Config& config) {
    const bool possible =
        config.ack == DropAck::none || !config.codec || config.codec->abilities.acknowledges;
    if (possible) return {};
    return "proxy is not possible on " + config.codec->name + ", which has no acknowledgements";
  }

  Config config_;
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
        "unless it was the last before the connection ended.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
