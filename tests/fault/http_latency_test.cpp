#include "proxy/codec/http/head.h"
#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

RequestVerdict decide(std::string_view with, Direction direction, RequestVerdict verdict = {}) {
  const http::RequestHead head;
  Rng rng(1);
  compile("http.latency", with).spec->on_request(head, direction, verdict, rng);
  return verdict;
}

TEST(HttpLatency, DelaysTheResponseOrTheRequestOrBoth) {
  const RequestVerdict response = decide(R"({"delay": "30ms"})", Direction::response);
  EXPECT_EQ(response.request_delay, 0ms);
  EXPECT_EQ(response.response_delay, 30ms);
  const RequestVerdict request = decide(R"({"delay": "30ms"})", Direction::request);
  EXPECT_EQ(request.request_delay, 30ms);
  EXPECT_EQ(request.response_delay, 0ms);
  const RequestVerdict both = decide(R"({"delay": "30ms"})", Direction::both);
  EXPECT_EQ(both.request_delay, 30ms);
  EXPECT_EQ(both.response_delay, 30ms);
}

TEST(HttpLatency, AddsToTheDelaysOfOthers) {
  const RequestVerdict verdict =
      decide(R"({"delay": "30ms"})", Direction::response, {.response_delay = 12ms});
  EXPECT_EQ(verdict.response_delay, 42ms);
}

TEST(HttpLatency, AnAbsurdDelayStaysWithinTime) {
  const RequestVerdict verdict =
      decide(R"({"delay": "2000000h"})", Direction::response, {.response_delay = Duration::max()});
  EXPECT_EQ(verdict.response_delay, std::chrono::hours(24 * 365));
}

TEST(HttpLatency, ActsOnTheResponseUnlessToldOtherwise) {
  EXPECT_EQ(find_fault_type("http.latency")->direction, Direction::response);
  EXPECT_TRUE(find_fault_type("http.latency")->directed);
}

}  // namespace
}  // namespace firedrill
