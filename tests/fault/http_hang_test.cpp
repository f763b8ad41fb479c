#include "proxy/fault/delay.h"
#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(HttpHang, HoldsTheRequestForEver) {
  const Exchanged fault("http.hang", "{}");
  EXPECT_EQ(fault.request.delay, kLongestDelay);
  EXPECT_EQ(fault.response.delay, Duration::zero());
  EXPECT_EQ(fault.request.answer, nullptr);
}

TEST(HttpHang, HoldsTheResponseForEverWhereTheUpstreamIsReached) {
  const Exchanged fault("http.hang", R"({"reach": "upstream"})");
  EXPECT_EQ(fault.request.delay, Duration::zero());
  EXPECT_EQ(fault.response.delay, kLongestDelay);
}

TEST(HttpHang, WaitsForAResponseOnlyWhereItHoldsOne) {
  const auto waits = [](std::string_view with) {
    return compile("http.hang", with).spec->waits_for_response(Direction::response);
  };
  EXPECT_FALSE(waits("{}"));
  EXPECT_TRUE(waits(R"({"reach": "upstream"})"));
}

}  // namespace
}  // namespace firedrill
