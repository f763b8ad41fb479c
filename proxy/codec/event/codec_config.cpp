#include "proxy/codec/event/codec_config.h"

#include <algorithm>
#include <vector>

namespace firedrill {
namespace event {
namespace {

constexpr std::string_view kLengthPrefixed = "length_prefixed";

Params<CodecConfig> common_params() {
  return std::move(
      Params<CodecConfig>().optional("max_event_bytes", &CodecConfig::max_event_bytes,
                                     "A larger event passes unread; so much is held at most.",
                                     between(ByteSize{64}, ByteSize{64_MiB})));
}

Params<CodecConfig> framed_params() {
  return std::move(
      common_params().optional("max", &CodecConfig::max,
                               "The greatest length of a payload. One that claims to be longer is "
                               "no such stream, and passes "
                               "unread from there on.",
                               between(ByteSize{1}, ByteSize{std::uint64_t{1} << 30})));
}

Params<CodecConfig> length_prefixed_params() {
  constexpr std::int64_t kMost = 65536;
  const auto wrong_width = [](const CodecConfig& config) {
    const bool good = config.width <= 4 || config.width == 8;
    return std::string(good ? "" : "must be 1, 2, 3, 4 or 8");
  };
  return std::move(
      framed_params()
          .optional("width", &CodecConfig::width, "Bytes of the length: 1, 2, 3, 4 or 8.",
                    between(1u, 8u))
          .optional("endian", &CodecConfig::endian, "Which byte of the length comes first.")
          .optional("offset", &CodecConfig::offset, "Bytes of the frame before the length.",
                    between(0u, 256u))
          .optional("adjust", &CodecConfig::adjust,
                    "What to add to the length to get the number of bytes that follow it: -4 where "
                    "a length of 4 bytes counts itself.",
                    between(-kMost, kMost))
          .check("width", wrong_width));
}

bool is_framed(std::string_view name) {
  return name == kLengthPrefixed || name == "varint" || name == "netstring";
}

}  // namespace

const Params<CodecConfig>& CodecConfig::params(std::string_view name) {
  static const auto common = common_params();
  static const auto framed = framed_params();
  static const auto length_prefixed = length_prefixed_params();
  if (name == kLengthPrefixed) return length_prefixed;
  return is_framed(name) ? framed : common;
}

CodecPair CodecConfig::make() const {
  return make_codec_pair(
      name, {.max_event_bytes = static_cast<std::size_t>(max_event_bytes.bytes),
             .max_length = max.bytes,
             .length = {.width = width, .endian = endian, .offset = offset, .adjust = adjust}});
}

}  // namespace event

std::optional<event::CodecConfig> Kind<event::CodecConfig>::read(const Value& value,
                                                                 const std::string& path,
                                                                 Problems& problems) {
  const std::string* name = kind::word(value);
  const Value* options = nullptr;
  if (const auto* map = value.map(); map != nullptr && map->size() == 1) {
    name = &map->front().key;
    options = &map->front().value;
  }
  if (name == nullptr) return kind::refuse(value, path, expected(), problems);
  const auto names = event::tcp_codec_names();
  if (std::ranges::find(names, *name) == names.end()) {
    const std::vector<std::string> known(names.begin(), names.end());
    problems.push_back({path, "must be " + expected() + suggestion(*name, known), value.at()});
    return std::nullopt;
  }
  event::CodecConfig config;
  if (options != nullptr) {
    const std::size_t before = problems.size();
    Fields fields(*options, path + "." + *name, problems);
    config = event::CodecConfig::params(*name).read(fields);
    fields.finish();
    if (problems.size() != before) return std::nullopt;
  }
  config.name = *name;
  return config;
}

std::string Kind<event::CodecConfig>::expected() {
  std::string all = "one of ";
  for (const std::string_view name : event::tcp_codec_names()) {
    if (name != event::tcp_codec_names().front()) all += ", ";
    all += name;
  }
  return all + ", or one of them with its options: {lines: {max_event_bytes: 64KiB}}";
}

// Each codec with its own options is one more form than the bare names.
boost::json::object Kind<event::CodecConfig>::schema() {
  boost::json::array names;
  boost::json::array forms;
  forms.emplace_back(nullptr);
  for (const std::string_view name : event::tcp_codec_names()) {
    names.emplace_back(name);
    boost::json::object form{{"type", "object"}, {"additionalProperties", false}};
    form["required"] = boost::json::array{name};
    form["properties"] = boost::json::object{{name, event::CodecConfig::params(name).schema()}};
    forms.push_back(std::move(form));
  }
  forms.front() = boost::json::object{{"enum", std::move(names)}};
  return {{"oneOf", std::move(forms)}, {"description", expected()}};
}

}  // namespace firedrill
