// stream.cut: a stream that breaks off.

#include "proxy/codec/event/codec.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/stream_codec.h"

#include <algorithm>
#include <optional>

namespace firedrill {
namespace {

enum class CutAt : std::uint8_t { before, within, after };

}  // namespace

template <>
struct Names<CutAt> {
  static constexpr std::pair<std::string_view, CutAt> kAll[] = {
      {"before", CutAt::before}, {"within", CutAt::within}, {"after", CutAt::after}};
};
template <>
struct Kind<CutAt> : EnumKind<CutAt> {};

namespace {

enum class CutEnd : std::uint8_t { fin, rst };

}  // namespace

template <>
struct Names<CutEnd> {
  static constexpr std::pair<std::string_view, CutEnd> kAll[] = {{"fin", CutEnd::fin},
                                                                 {"rst", CutEnd::rst}};
};
template <>
struct Kind<CutEnd> : EnumKind<CutEnd> {};

namespace {

struct CutConfig {
  CutAt position = CutAt::after;
  CutEnd end = CutEnd::fin;
  std::optional<std::uint16_t> code;
  std::optional<StreamCodec> codec;
};

class CutStage final : public EventStage {
 public:
  CutStage(const CutConfig& config, const EventStageStart& start)
      : config_(config), codec_(start.codec) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint, const EventNext& next) override {
    if (chosen == Chosen::no) return next(parcel);
    if (config_.position == CutAt::after) next(parcel);
    if (config_.position == CutAt::within) next(front_of(parcel));
    if (config_.code) {
      if (const auto farewell = codec_.encode_close(*config_.code)) {
        next({.kind = Parcel::Kind::other, .bytes = *farewell});
      }
    }
    next.end(config_.end == CutEnd::fin ? BodyEnd::fin : BodyEnd::reset);
  }

 private:
  // The half of an event, which no codec takes for a whole one.
  static Parcel front_of(const Parcel& parcel) {
    return {.kind = Parcel::Kind::other, .bytes = parcel.bytes.first(parcel.bytes.size() / 2)};
  }

  CutConfig config_;
  const event::Codec& codec_;
};

class StreamCut final : public FaultSpec {
 public:
  using Config = CutConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("position", &Config::position,
                      "before a hit event, within it, which sends half of its bytes, or after it.")
            .optional("end", &Config::end, "How the connection ends: fin or rst.")
            .optional("code", &Config::code,
                      "Sends the protocol's own close message with this code first, where the "
                      "protocol has one.")
            .optional("codec", &Config::codec, std::string(kStreamCodecDoc))
            .check("code", wrong_code);
    return params;
  }

  explicit StreamCut(const Config& config) : config_(config) {}

  Applied on_event(const event::Event&, const event::Codec& codec, EventVerdict&,
                   Rng&) const override {
    if (!reads(config_.codec, codec)) return Applied::no;
    return config_.code && !codec.abilities().closes ? Applied::no : Applied::yes;
  }

  std::unique_ptr<EventStage> make_event_stage(const EventStageStart& start) const override {
    return std::make_unique<CutStage>(config_, start);
  }

 private:
  static std::string wrong_code(const Config& config) {
    if (!config.code) return {};
    if (config.position == CutAt::within) return "can't be sent within an event";
    if (config.codec && !config.codec->abilities.closes) {
      return "is not possible on " + config.codec->name + ", which has no close message";
    }
    return {};
  }

  Config config_;
};

}  // namespace

extern constinit const FaultType kStreamCut = fault_type<StreamCut>({
    .name = "stream.cut",
    .family = Family::stream,
    .summary = "Ends the connection of a stream before, within or after a hit event.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "The events so far and then a connection that ends in the middle of the response. A "
        "consumer of server-sent events drops half an event and reconnects with the last id; one "
        "of NDJSON may take the front of a line for the whole.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
