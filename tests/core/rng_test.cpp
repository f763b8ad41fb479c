#include "proxy/core/rng.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

// splitmix64's published output for the seed 1234567.
TEST(Rng, IsSplitmix64) {
  Rng rng(1234567);
  EXPECT_EQ(rng.next(), 6457827717110365317u);
  EXPECT_EQ(rng.next(), 3203168211198807973u);
  EXPECT_EQ(rng.next(), 9817491932198370423u);
}

TEST(Rng, SplitsIntoStreamsThatDrawingDoesNotShift) {
  Rng rng(7);
  const std::uint64_t before = Rng(7).split(3).next();
  EXPECT_EQ(rng.split(3).next(), before);
  EXPECT_NE(rng.split(4).next(), before);
}

TEST(Rng, StaysBetweenItsEnds) {
  Rng rng(9);
  bool low = false, high = false;
  for (int i = 0; i < 1000; ++i) {
    const auto number = rng.between(std::int64_t{-2}, std::int64_t{2});
    ASSERT_GE(number, -2);
    ASSERT_LE(number, 2);
    low = low || number == -2;
    high = high || number == 2;
  }
  EXPECT_TRUE(low && high);
}

}  // namespace
}  // namespace firedrill
