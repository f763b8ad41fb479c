#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(StreamDrop, DropsTheEvent) {
  const Decided decided = decide("stream.drop", "{}", "x");
  EXPECT_EQ(decided.applied, Applied::yes);
  EXPECT_TRUE(decided.verdict.dropped);
}

}  // namespace
}  // namespace firedrill
