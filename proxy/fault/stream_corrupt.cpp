// stream.corrupt: an event that arrives and can't be processed.

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/corruption_kinds.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/json_text.h"
#include "proxy/fault/pointer_kind.h"
#include "proxy/fault/stream_codec.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {
namespace {

using event::BadNumber;
using event::BadUtf8;
using event::Damage;
using event::Encoding;

enum class Towards : std::uint8_t { past, future };

}  // namespace

template <>
struct Names<Towards> {
  static constexpr std::pair<std::string_view, Towards> kAll[] = {{"past", Towards::past},
                                                                  {"future", Towards::future}};
};
template <>
struct Kind<Towards> : EnumKind<Towards> {};

namespace {

struct CorruptConfig {
  std::optional<Damage> kind;
  std::optional<std::string> framing;
  std::optional<StreamCodec> codec;
  std::optional<json::Pointer> pointer;
  std::optional<BadUtf8> mode;
  std::optional<BadNumber> number;
  std::optional<Encoding> encoding;
  std::optional<std::string> to;
  std::optional<JsonText> value;
  std::optional<Duration> by;
  std::optional<Towards> towards;
  std::optional<Fraction> at;
  std::optional<ByteSize> bytes;
  std::optional<std::string> fill;
  std::optional<std::uint32_t> count;
};
using Config = CorruptConfig;

// A parameter, and the kinds that have it or can't do without.
struct Option {
  std::string_view key;
  bool (*given)(const Config&);
  std::vector<Damage> needed_by;
  std::vector<Damage> taken_by;
};

const std::vector<Option>& options() {
  using enum Damage;
  static const std::vector<Option> options{
      {"pointer",
       [](const Config& c) { return c.pointer.has_value(); },
       {field_drop, field_rename, field_set, time_skew},
       {type_change, field_unknown, number_range, json_nan, enum_unknown}},
      {"mode", [](const Config& c) { return c.mode.has_value(); }, {}, {utf8}},
      {"number", [](const Config& c) { return c.number.has_value(); }, {}, {number_range}},
      {"encoding", [](const Config& c) { return c.encoding.has_value(); }, {encoding}, {}},
      {"to", [](const Config& c) { return c.to.has_value(); }, {field_rename}, {}},
      {"value", [](const Config& c) { return c.value.has_value(); }, {}, {field_set}},
      {"by", [](const Config& c) { return c.by.has_value(); }, {time_skew}, {}},
      {"towards", [](const Config& c) { return c.towards.has_value(); }, {}, {time_skew}},
      {"at", [](const Config& c) { return c.at.has_value(); }, {}, {truncate}},
      {"bytes", [](const Config& c) { return c.bytes.has_value(); }, {}, {truncate, oversize}},
      {"fill", [](const Config& c) { return c.fill.has_value(); }, {}, {oversize}},
      {"count",
       [](const Config& c) { return c.count.has_value(); },
       {},
       {json_deep, bit_flip, random, append}},
  };
  return options;
}

bool holds(const std::vector<Damage>& kinds, std::optional<Damage> kind) {
  return kind && std::ranges::find(kinds, *kind) != kinds.end();
}

std::string wrong_option(const Option& option, const Config& config) {
  if (!option.given(config)) {
    if (!holds(option.needed_by, config.kind)) return {};
    return "is required for the kind " + std::string(name_of(*config.kind));
  }
  if (holds(option.needed_by, config.kind) || holds(option.taken_by, config.kind)) return {};
  std::string all = "is only for the kind";
  std::string_view separator = option.needed_by.size() + option.taken_by.size() > 1 ? "s " : " ";
  for (const auto* kinds : {&option.needed_by, &option.taken_by}) {
    for (const Damage kind : *kinds) {
      all.append(separator).append(name_of(kind));
      separator = ", ";
    }
  }
  return all;
}

// Every breakage of the codec, or of all of them.
std::vector<std::string_view> breakages(const std::optional<StreamCodec>& codec) {
  std::vector<std::string_view> all;
  const auto add = [&](const event::Abilities& abilities) {
    for (const std::string_view how : abilities.breakages) {
      if (std::ranges::find(all, how) == all.end()) all.push_back(how);
    }
  };
  if (codec) {
    add(codec->abilities);
    return all;
  }
  for (const std::string_view name : event::codec_names())
    add(event::make_codec(name)->abilities());
  return all;
}

std::string wrong_framing(const Config& config) {
  if (!config.framing) return config.kind ? "" : "or kind is required";
  if (config.kind) return "can't be given with kind";
  const auto known = breakages(config.codec);
  if (std::ranges::find(known, *config.framing) != known.end()) return {};
  std::string wrong = "is not a way to break the framing";
  if (config.codec) wrong.append(" of ").append(config.codec->name);
  std::string_view separator = known.empty() ? "" : "; there are ";
  for (const std::string_view how : known) {
    wrong.append(separator).append(how);
    separator = ", ";
  }
  return wrong;
}

std::string wrong_fill(const Config& config) {
  return config.fill && config.fill->size() != 1 ? "must be one character" : "";
}

event::Corruption corruption_of(const Config& config) {
  constexpr std::uint32_t kDeep = 10000;
  const Damage kind = config.kind.value_or(Damage::json_truncate);
  const Duration by = config.by.value_or(Duration{});
  std::string text = config.value.value_or(JsonText()).text;
  if (config.to) text = *config.to;
  std::size_t size = config.bytes.value_or(ByteSize()).bytes;
  if (kind == Damage::oversize && size == 0) size = 1_MiB;
  return {.damage = kind,
          .pointer = config.pointer,
          .bad_utf8 = config.mode.value_or(BadUtf8::lone_continuation),
          .bad_number = config.number.value_or(BadNumber::inexact),
          .encoding = config.encoding.value_or(Encoding::gzip),
          .text = std::move(text),
          .skew = config.towards == Towards::future ? by : -by,
          .count = config.count.value_or(kind == Damage::json_deep ? kDeep : 1),
          .size = size,
          .share = config.at.value_or(Fraction{0.5}).value,
          .fill = config.fill ? config.fill->front() : 'x'};
}

class StreamCorrupt final : public FaultSpec {
 public:
  using Config = CorruptConfig;

  static const Params<Config>& params();

  explicit StreamCorrupt(const Config& config)
      : codec_(config.codec), framing_(config.framing), corruption_(corruption_of(config)) {}

  // What comes out as it went in has not been corrupted: an empty payload can't be emptied.
  Applied on_event(const event::Event& event, const event::Codec& codec, EventVerdict& verdict,
                   Rng& rng) const override {
    if (!reads(codec_, codec)) return Applied::no;
    if (framing_) return break_framing(event, codec, verdict);
    const std::string_view payload = verdict.edited ? verdict.payload : event.payload;
    auto corrupted = event::corrupt(payload, corruption_, rng);
    if (!corrupted || *corrupted == payload) return Applied::no;
    verdict.payload = std::move(*corrupted);
    verdict.edited = true;
    return Applied::yes;
  }

 private:
  Applied break_framing(const event::Event& event, const event::Codec& codec,
                        EventVerdict& verdict) const {
    if (!verdict.broken.empty() || !codec.break_framing(event, *framing_)) return Applied::no;
    verdict.broken = *framing_;
    return Applied::yes;
  }

  std::optional<StreamCodec> codec_;
  std::optional<std::string> framing_;
  event::Corruption corruption_;
};

const Params<Config>& StreamCorrupt::params() {
  static const auto params = [] {
    Params<Config> declared;
    declared
        .optional("kind", &Config::kind,
                  "What is wrong with the payload, in a framing that stays valid. No longer JSON: "
                  "json_truncate cuts it at a random byte, json_unbalanced takes a closing bracket "
                  "or quote out, json_trailing adds a bracket, json_nan makes a number NaN. Still "
                  "JSON: json_duplicate_key, json_deep (in arrays), type_change, field_drop, "
                  "field_rename, field_set, field_unknown (adds one), number_range, enum_unknown "
                  "(a string becomes another word), time_skew. Any payload: truncate, empty, "
                  "oversize, utf8 (bytes that are none), bom, nul, control_chars, bit_flip, "
                  "random, append, encoding.")
        .optional(
            "framing", &Config::framing,
            "Breaks the framing around the event instead. sse: blank_line_omit, "
            "newline_in_data, bom_mid_stream, id_nul, retry (tells consumers to stay away "
            "for a day). ndjson: newline_in_event, join, no_final_newline. redis: bulk_length (one "
            "byte short), bad_type, missing_crlf.")
        .optional("codec", &Config::codec, std::string(kStreamCodecDoc))
        .optional("pointer", &Config::pointer,
                  "A JSON Pointer to the value, such as /order/total; when absent, the first that "
                  "suits the kind. field_drop, field_rename, field_set and time_skew need one.")
        .optional("mode", &Config::mode,
                  "For utf8: a continuation byte by itself (the default), an overlong form, an "
                  "encoded surrogate, or a sequence without its end.")
        .optional("number", &Config::number,
                  "For number_range: inexact (2^53 + 1, the default), negative (-1) or overflow "
                  "(1e400).")
        .optional("encoding", &Config::encoding, "For encoding: gzip, base64 or utf16.")
        .optional("to", &Config::to, "For field_rename: the new name.")
        .optional("value", &Config::value, "For field_set: the new value; null when absent.")
        .optional("by", &Config::by,
                  "For time_skew, which knows RFC 3339 and numbers since the epoch: how far.",
                  between(std::optional(Duration(1)),
                          std::optional(Duration(std::chrono::hours(24 * 365 * 100)))))
        .optional("towards", &Config::towards, "For time_skew: past (the default) or future.")
        .optional("at", &Config::at,
                  "For truncate: the part of the payload that is left; half of it when neither "
                  "this nor bytes is given.")
        .optional("bytes", &Config::bytes,
                  "For truncate: how many bytes are left. For oversize: how long the payload "
                  "becomes, 1MiB when absent.",
                  between(std::optional(ByteSize{1}), std::optional(ByteSize{256_MiB})))
        .optional("fill", &Config::fill, "For oversize: the character to pad with, x when absent.")
        .optional("count", &Config::count,
                  "For json_deep: how many arrays, 10000 when absent. For bit_flip: how many bits; "
                  "for random and append: how many bytes; 1 when absent.",
                  between(std::optional(1u), std::optional(1000000u)))
        .check("framing", wrong_framing)
        .check("fill", wrong_fill)
        .check("bytes", [](const Config& config) {
          return config.bytes && config.at ? "can't be given with at" : "";
        });
    for (const Option& option : options()) {
      declared.check(std::string(option.key),
                     [&option](const Config& config) { return wrong_option(option, config); });
    }
    return declared;
  }();
  return params;
}

}  // namespace

extern constinit const FaultType kStreamCorrupt = fault_type<StreamCorrupt>({
    .name = "stream.corrupt",
    .family = Family::stream,
    .summary =
        "Spoils the payload of events and keeps their framing valid, so that the consumer gets "
        "each one and fails on it alone; or breaks the framing.",
    .reaches_upstream = "Yes: the request that opens the stream is not touched.",
    .client_sees =
        "One event that it can't parse or does not expect, among sound ones. An emptied event is "
        "still delivered by server-sent events, as \"\", and is a blank line, which readers may "
        "skip, in NDJSON. Many decoders turn bad UTF-8 into U+FFFD without an error, and the JSON "
        "around it still parses. An event that the kind can't be done to, such as type_change "
        "without JSON or without that value, passes as it is and counts as skipped. With framing, "
        "the event and its neighbours may merge, split or vanish.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
