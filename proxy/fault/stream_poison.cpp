// stream.poison: an event of the operator's own.

#include "proxy/fault/fault.h"

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
    std::string payload;
    Where position = Where::instead;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("payload", &Config::payload,
                      "The payload, sent as it is written here; it need not be valid.")
            .optional("position", &Config::position,
                      "instead puts it in the place of the matched event, whose id and type it "
                      "keeps; before and after make a new event of the same type and without an "
                      "id, and leave the matched one as it is.");
    return params;
  }

  explicit StreamPoison(Config config) : config_(std::move(config)) {}

  Applied on_event(const event::Event&, EventVerdict& verdict, Rng&) const override {
    switch (config_.position) {
      case Where::before:
        verdict.before.push_back(config_.payload);
        break;
      case Where::after:
        verdict.after.push_back(config_.payload);
        break;
      case Where::instead:
        verdict.payload = config_.payload;
        verdict.edited = true;
        break;
    }
    return Applied::yes;
  }

 private:
  Config config_;
};

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
        "a log is; a new event without an id does not change where a consumer resumes.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
