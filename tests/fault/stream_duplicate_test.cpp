#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(StreamDuplicate, SendsTheEventOnceMoreUnlessToldOtherwise) {
  EXPECT_EQ(decide("stream.duplicate", "{}", "x").verdict.copies, 2u);
  EXPECT_EQ(decide("stream.duplicate", R"({"copies": 3})", "x").verdict.copies, 4u);
}

TEST(StreamDuplicate, AddsItsCopiesToThoseOfOthers) {
  EXPECT_EQ(decide("stream.duplicate", R"({"copies": 2})", "x", {.copies = 3}).verdict.copies, 5u);
}

TEST(StreamDuplicate, RefusesNoCopyAndCopiesWithoutEnd) {
  EXPECT_EQ(refusal("stream.duplicate", R"({"copies": 0})"),
            "with.copies: must be from 1 to 100, not \"0\"");
  EXPECT_EQ(refusal("stream.duplicate", R"({"copies": 101})"),
            "with.copies: must be from 1 to 100, not \"101\"");
}

}  // namespace
}  // namespace firedrill
