#include "proxy/codec/event/length_prefixed.h"

#include <algorithm>
#include <limits>

namespace firedrill::event {

LengthPrefixedCodec::LengthPrefixedCodec(const Options& options)
    : FramedCodec(options), format_(options.length) {}

std::uint64_t LengthPrefixedCodec::greatest() const {
  constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
  // Lengths and payloads are added and subtracted as signed numbers.
  return format_.width >= sizeof kAll ? kAll >> 1 : kAll >> (64 - 8 * format_.width);
}

FramedCodec::Header LengthPrefixedCodec::read_header(ByteView bytes) const {
  const std::size_t header = format_.offset + format_.width;
  if (bytes.size() < header) return incomplete();
  std::uint64_t length = 0;
  for (unsigned i = 0; i < format_.width; ++i) {
    const unsigned at = format_.endian == Endian::big ? i : format_.width - 1 - i;
    length = length << 8 | std::to_integer<std::uint64_t>(bytes[format_.offset + at]);
  }
  if (length > greatest()) return wrong();
  std::int64_t payload = 0;
  const auto said = static_cast<std::int64_t>(length);
  if (__builtin_add_overflow(said, format_.adjust, &payload) || payload < 0) return wrong();
  return sized(header, static_cast<std::uint64_t>(payload));
}

Bytes LengthPrefixedCodec::write(std::string_view payload, ByteView like) const {
  const auto signed_size = static_cast<std::int64_t>(payload.size());
  const auto most = static_cast<std::int64_t>(greatest());
  const auto length = std::clamp<std::int64_t>(signed_size - format_.adjust, 0, most);
  const auto size = static_cast<std::size_t>(std::max<std::int64_t>(length + format_.adjust, 0));

  Bytes frame(format_.offset + format_.width);
  if (like.size() >= format_.offset) std::ranges::copy(like.first(format_.offset), frame.begin());
  for (unsigned i = 0; i < format_.width; ++i) {
    const unsigned at = format_.endian == Endian::little ? i : format_.width - 1 - i;
    frame[format_.offset + at] = static_cast<std::byte>(length >> (8 * i));
  }
  const ByteView text = as_bytes(payload.substr(0, size));
  frame.insert(frame.end(), text.begin(), text.end());
  frame.resize(format_.offset + format_.width + size);
  return frame;
}

}  // namespace firedrill::event
