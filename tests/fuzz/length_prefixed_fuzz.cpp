#include "tests/fuzz/event_split.h"

#include <array>

// The first bytes of the input are the form of the length: its width and order, what comes before
// it, and two for what is added to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firedrill::event;
  constexpr std::size_t kForm = 4;
  constexpr std::array kWidths{1u, 2u, 3u, 4u, 8u};
  if (size < kForm) return 0;
  const LengthFormat format{.width = kWidths[data[0] % kWidths.size()],
                            .endian = data[0] & 0x10 ? Endian::little : Endian::big,
                            .offset = data[1] % 9u,
                            .adjust = std::int64_t{data[3]} - 0x80 * (data[2] >> 7)};
  const std::string_view input(reinterpret_cast<const char*>(data) + kForm, size - kForm);
  check_codec("length_prefixed", input, {.length = format});
  return 0;
}
