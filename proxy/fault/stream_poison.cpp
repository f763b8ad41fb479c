// stream.poison: an event of the operator's own.

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/corruption.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/json_text.h"
#include "proxy/fault/pointer_kind.h"

#include <optional>
#include <string>

namespace firedrill {
namespace {

enum class Where : std::uint8_t { before, after, instead };

}  // namespace

template <>
struct Names<Where> {
  static constexpr std::pair<std::string_view, Where> kAll[] = {
      {"before", Where::before}, {"after", Where::after}, {"instead", Where::instead}};
};
template <>
struct Kind<Where> : EnumKind<Where> {};

namespace {

class StreamPoison final : public FaultSpec {
 public:
  struct Config {
    std::optional<std::string> payload;
    std::optional<json::Pointer> pointer;
    std::optional<JsonText> value;
    Where position = Where::instead;
    std::string type;
  };

  static const Params<Config>& params();

  explicit StreamPoison(Config config) : config_(std::move(config)) {}

  Applied on_event(const event::Event& event, const event::Codec&, EventVerdict& verdict,
                   Rng& rng) const override {
    auto payload = make(verdict.edited ? verdict.payload : event.payload, rng);
    if (!payload) return Applied::no;
    switch (config_.position) {
      case Where::before:
        verdict.before.push_back({.payload = std::move(*payload), .type = config_.type});
        break;
      case Where::after:
        verdict.after.push_back({.payload = std::move(*payload), .type = config_.type});
        break;
      case Where::instead:
        verdict.payload = std::move(*payload);
        verdict.edited = true;
        if (!config_.type.empty()) verdict.type = config_.type;
        break;
    }
    return Applied::yes;
  }

 private:
  // The payload of the poison; nothing when the matched one can't be edited into it.
  std::optional<std::string> make(std::string_view matched, Rng& rng) const {
    if (!config_.pointer) return config_.payload.value_or(std::string(matched));
    const event::Corruption edit{.damage = event::Damage::field_set,
                                 .pointer = config_.pointer,
                                 .text = config_.value.value_or(JsonText()).text};
    return event::corrupt(matched, edit, rng);
  }

  static std::string wrong_payload(const Config& config) {
    if (config.payload && config.pointer) return "can't be given with pointer";
    const bool changes = config.payload || config.pointer || !config.type.empty();
    return changes ? "" : "is required, or pointer, or type";
  }
  static std::string missing_pointer(const Config& config) {
    return config.value && !config.pointer ? "is required with value" : "";
  }

  Config config_;
};

const Params<StreamPoison::Config>& StreamPoison::params() {
  static const auto params =
      Params<Config>()
          .optional("payload", &Config::payload,
                    "The payload, sent as it is written here; it need not be valid. In a "
                    "configuration file, payload_file names a file that holds it.")
          .optional("pointer", &Config::pointer,
                    "Instead of payload: the matched event's, with another value at this JSON "
                    "Pointer.")
          .optional("value", &Config::value, "That value; null when absent.")
          .optional("position", &Config::position,
                    "instead puts it in the place of the matched event, whose id and type it "
                    "keeps; before and after make a new event of the same type and without an "
                    "id, and leave the matched one as it is.")
          .optional("type", &Config::type,
                    "The type of the poison, where the codec has types: for server-sent events "
                    "the event name. With it alone, the matched event comes under another name.")
          .check("payload", wrong_payload)
          .check("pointer", missing_pointer);
  return params;
}

}  // namespace

extern constinit const FaultType kStreamPoison = fault_type<StreamPoison>({
    .name = "stream.poison",
    .family = Family::stream,
    .summary =
        "Puts an event of the operator's own into a stream, beside the matched event or in its "
        "place.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "The operator's payload in a soundly framed event. With sticky: true in match it is there "
        "again, at the same event, after every reconnect and redelivery, as a poisoned message in "
        "a log is, until it is skipped; a new event without an id does not change where a consumer "
        "resumes.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
