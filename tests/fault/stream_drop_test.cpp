#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(StreamDrop, DropsTheEvent) {
  const Decided decided = decide("stream.drop", "{}", "x");
  EXPECT_EQ(decided.applied, Applied::yes);
  EXPECT_TRUE(decided.verdict.dropped);
}

TEST(StreamDrop, IsNotDoneWhereNobodyAcknowledges) {
  const Decided decided = decide("stream.drop", R"({"ack": "proxy"})", "x");
  EXPECT_EQ(decided.applied, Applied::no);
  EXPECT_FALSE(decided.verdict.dropped);
  EXPECT_EQ(refusal("stream.drop", R"({"ack": "proxy", "codec": "ndjson"})"),
            "with.ack: proxy is not possible on ndjson, which has no acknowledgements");
}

}  // namespace
}  // namespace firedrill
