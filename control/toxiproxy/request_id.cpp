#include "control/toxiproxy/request_id.h"

#include "proxy/core/time.h"

#include <unistd.h>

#include <array>
#include <chrono>

namespace firedrill::toxiproxy {

// Two processes of one number do not start in the same microsecond.
RequestIds::RequestIds()
    : process_(static_cast<std::uint64_t>(Clock::now().time_since_epoch().count() / 1000) << 16 |
               (static_cast<std::uint64_t>(::getpid()) & 0xffff)) {}

std::string RequestIds::next() {
  using std::chrono::seconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto second = static_cast<std::uint64_t>(std::chrono::duration_cast<seconds>(now).count());
  std::array<std::uint8_t, 12> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(second >> (24 - 8 * i));
  for (std::size_t i = 0; i < 5; ++i)
    bytes[4 + i] = static_cast<std::uint8_t>(process_ >> (32 - 8 * i));
  for (std::size_t i = 0; i < 3; ++i)
    bytes[9 + i] = static_cast<std::uint8_t>(count_ >> (16 - 8 * i));
  ++count_;
  constexpr const char* kDigits = "0123456789abcdefghijklmnopqrstuv";
  std::string text;
  for (std::size_t bit = 0; bit < 100; bit += 5) {
    // The five bits from `bit` on; behind the last byte there are zeros.
    const std::size_t at = bit / 8;
    const unsigned pair = static_cast<unsigned>(bytes[at]) << 8 |
                          (at + 1 < bytes.size() ? static_cast<unsigned>(bytes[at + 1]) : 0U);
    text += kDigits[pair >> (11 - bit % 8) & 31];
  }
  return text;
}

}  // namespace firedrill::toxiproxy
