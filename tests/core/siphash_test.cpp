#include "proxy/core/siphash.h"

#include <gtest/gtest.h>

#include <string>

namespace firedrill {
namespace {

// The reference vectors of the SipHash paper (appendix A): key 00..0f, message 00..0e, and the
// first of the authors' table.
constexpr std::uint64_t kK0 = 0x0706050403020100;
constexpr std::uint64_t kK1 = 0x0f0e0d0c0b0a0908;

std::string counting(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i);
  return text;
}

TEST(Siphash, GivesThePapersValue) {
  EXPECT_EQ(siphash(kK0, kK1, counting(15)), 0xa129ca6149be45e5u);
}

TEST(Siphash, GivesTheAuthorsValuesAroundWordBoundaries) {
  EXPECT_EQ(siphash(kK0, kK1, ""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(siphash(kK0, kK1, counting(1)), 0x74f839c593dc67fdu);
  EXPECT_EQ(siphash(kK0, kK1, counting(7)), 0xab0200f58b01d137u);
  EXPECT_EQ(siphash(kK0, kK1, counting(8)), 0x93f5f5799a932462u);
}

}  // namespace
}  // namespace firedrill
