#include "proxy/codec/event/netstring.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace firedrill::event {

FramedCodec::Header NetstringCodec::read_header(ByteView bytes) const {
  constexpr std::size_t kDigits = 10;  // more than max_length has
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kDigits + 1)));
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits > kDigits || (digits > 1 && text.front() == '0')) return wrong();
  if (digits == text.size()) return incomplete();
  if (digits == 0 || text[digits] != ':') return wrong();
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + digits, length);
  return sized(digits + 1, length, 1);
}

Bytes NetstringCodec::write(std::string_view payload, ByteView) const {
  std::string frame = std::to_string(payload.size());
  frame += ':';
  frame += payload;
  frame += ',';
  const ByteView bytes = as_bytes(frame);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace firedrill::event
