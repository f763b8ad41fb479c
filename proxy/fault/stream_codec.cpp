#include "proxy/fault/stream_codec.h"

namespace firedrill {

bool reads(const std::optional<StreamCodec>& wanted, const event::Codec& codec) {
  return !wanted || wanted->name == codec.name();
}

std::optional<StreamCodec> Kind<StreamCodec>::read(const Value& value, const std::string& path,
                                                   Problems& problems) {
  const std::string* name = kind::notation(value);
  const auto codec = name != nullptr ? event::make_codec(*name) : nullptr;
  if (codec == nullptr) return kind::refuse(value, path, expected(), problems);
  return StreamCodec{.name = *name, .abilities = codec->abilities()};
}

std::string Kind<StreamCodec>::expected() {
  std::string all = "one of ";
  std::string_view separator;
  for (const std::string_view name : event::codec_names()) {
    all.append(separator).append(name);
    separator = ", ";
  }
  return all;
}

boost::json::object Kind<StreamCodec>::schema() {
  boost::json::array names;
  for (const std::string_view name : event::codec_names()) names.emplace_back(name);
  return {{"enum", std::move(names)}};
}

}  // namespace firedrill
