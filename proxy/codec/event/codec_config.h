#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/core/params.h"

#include <memory>
#include <string>

namespace firedrill {

template <>
struct Names<event::Endian> {
  static constexpr std::pair<std::string_view, event::Endian> kAll[] = {
      {"big", event::Endian::big}, {"little", event::Endian::little}};
};
template <>
struct Kind<event::Endian> : EnumKind<event::Endian> {};

namespace event {

// What a bare connection is read by, as configured: the name of a codec, or that name with options,
// such as {length_prefixed: {width: 2, endian: little}}.
struct CodecConfig {
  std::string name;
  ByteSize max_event_bytes{1_MiB};
  ByteSize max{16_MiB};
  unsigned width = 4;
  Endian endian = Endian::big;
  unsigned offset = 0;
  std::int64_t adjust = 0;

  // The options that the codec called `name` has.
  static const Params<CodecConfig>& params(std::string_view name);

  CodecPair make() const;
  bool operator==(const CodecConfig&) const = default;
};

}  // namespace event

template <>
struct Kind<event::CodecConfig> {
  static std::optional<event::CodecConfig> read(const Value& value, const std::string& path,
                                                Problems& problems);
  static std::string expected();
  static boost::json::object schema();
  static boost::json::value write(const event::CodecConfig& config) {
    return boost::json::value(config.name);
  }
};

}  // namespace firedrill
