// stream.corrupt: an event that arrives and can't be processed.

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/corruption.h"
#include "proxy/fault/fault.h"

#include <optional>
#include <string>

namespace firedrill {
namespace {

using event::BadUtf8;
using event::Damage;

class StreamCorrupt final : public FaultSpec {
 public:
  struct Config {
    Damage kind = Damage::json_truncate;
    std::optional<std::string> pointer;
    std::optional<BadUtf8> mode;
  };

  static const Params<Config>& params();

  explicit StreamCorrupt(const Config& config)
      : corruption_{
            .damage = config.kind,
            .pointer = config.pointer ? json::Pointer::parse(*config.pointer) : std::nullopt,
            .bad_utf8 = config.mode.value_or(BadUtf8::lone_continuation)} {}

  // What comes out as it went in has not been corrupted: an empty payload can't be emptied.
  Applied on_event(const event::Event& event, EventVerdict& verdict, Rng& rng) const override {
    const std::string_view payload = verdict.edited ? verdict.payload : event.payload;
    auto corrupted = event::corrupt(payload, corruption_, rng);
    if (!corrupted || *corrupted == payload) return Applied::no;
    verdict.payload = std::move(*corrupted);
    verdict.edited = true;
    return Applied::yes;
  }

 private:
  event::Corruption corruption_;
};

std::string wrong_pointer(const StreamCorrupt::Config& config) {
  if (!config.pointer) return {};
  if (config.kind != Damage::type_change) return "is only for the kind type_change";
  if (json::Pointer::parse(*config.pointer)) return {};
  return "must be a JSON Pointer such as /order/total";
}

std::string wrong_mode(const StreamCorrupt::Config& config) {
  return config.mode && config.kind != Damage::utf8 ? "is only for the kind utf8" : "";
}

const Params<StreamCorrupt::Config>& StreamCorrupt::params() {
  static const auto params =
      Params<Config>()
          .required("kind", &Config::kind,
                    "What is wrong with the payload. json_truncate cuts it at a random byte, and "
                    "what is left is never JSON; type_change gives one JSON value another type; "
                    "empty leaves nothing; utf8 puts bytes that are not UTF-8 into a string.")
          .optional("pointer", &Config::pointer,
                    "For type_change: a JSON Pointer to the value, such as /order/total; when "
                    "absent, the first value that is no array and no object.")
          .optional("mode", &Config::mode,
                    "For utf8: a continuation byte by itself (the default), an overlong form, an "
                    "encoded surrogate, or a sequence without its end.")
          .check("pointer", wrong_pointer)
          .check("mode", wrong_mode);
  return params;
}

}  // namespace

extern constinit const FaultType kStreamCorrupt = fault_type<StreamCorrupt>({
    .name = "stream.corrupt",
    .family = Family::stream,
    .summary =
        "Spoils the payload of events and keeps their framing valid, so that the consumer gets "
        "each one and fails on it alone.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "One event that it can't parse or does not expect, among sound ones. An emptied event is "
        "still delivered by server-sent events, as \"\", and is a blank line, which readers may "
        "skip, in NDJSON. Many decoders turn bad UTF-8 into U+FFFD without an error, and the JSON "
        "around it still parses. An event that the kind can't be done to, such as type_change "
        "without JSON or without that value, passes as it is and counts as skipped.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
