#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(HttpLatency, DelaysTheResponseOrTheRequestOrBoth) {
  const auto delays = [](Direction direction) {
    const Exchanged exchanged("http.latency", R"({"delay": "30ms"})", {.direction = direction});
    return std::pair(exchanged.request.delay, exchanged.response.delay);
  };
  EXPECT_EQ(delays(Direction::response), std::pair(Duration(0ms), Duration(30ms)));
  EXPECT_EQ(delays(Direction::request), std::pair(Duration(30ms), Duration(0ms)));
  EXPECT_EQ(delays(Direction::both), std::pair(Duration(30ms), Duration(30ms)));
}

TEST(HttpLatency, WaitsForTheResponseWhenItDelaysNothingElse) {
  const auto spec = compile("http.latency", R"({"delay": "30ms"})").spec;
  EXPECT_TRUE(spec->waits_for_response(Direction::response));
  EXPECT_FALSE(spec->waits_for_response(Direction::request));
  EXPECT_FALSE(spec->waits_for_response(Direction::both));
}

TEST(HttpLatency, ActsOnTheResponseUnlessToldOtherwise) {
  EXPECT_EQ(find_fault_type("http.latency")->direction, Direction::response);
  EXPECT_TRUE(find_fault_type("http.latency")->directed);
}

}  // namespace
}  // namespace firedrill
