#include "proxy/core/counters.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

TEST(Counters, OfSeveralWorkersTellTheLatestAttemptToReachTheUpstream) {
  const TimePoint noon = TimePoint{} + 1h;
  Counters failed, answered, idle;
  failed.upstream_failed(noon);
  answered.upstream_answered(noon + 1s);
  Counters sum;
  EXPECT_TRUE(sum.upstream_up);
  for (const Counters* worker : {&answered, &failed, &idle}) sum += *worker;
  EXPECT_TRUE(sum.upstream_up);
  failed.upstream_failed(noon + 2s);
  sum += failed;
  EXPECT_FALSE(sum.upstream_up);
}

}  // namespace
}  // namespace firedrill
