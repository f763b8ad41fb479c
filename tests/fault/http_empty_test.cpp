#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(HttpEmpty, AnswersWithNothingAndCloses) {
  const Exchanged fault("http.empty", "{}");
  const Answer& answer = *fault.request.answer;
  EXPECT_EQ(fault.request_applied, Applied::yes);
  EXPECT_TRUE(answer.bytes.empty());
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.ending, Answer::Ending::fin);
  EXPECT_EQ(answer.closing, nullptr);
  EXPECT_FALSE(answer.reach_upstream);
}

TEST(HttpEmpty, MayReachTheUpstreamFirst) {
  const Exchanged fault("http.empty", R"({"reach": "upstream"})");
  EXPECT_TRUE(fault.request.answer->reach_upstream);
  EXPECT_TRUE(fault.response.answer->bytes.empty());
}

TEST(HttpEmpty, WaitsForAResponseOnlyWhereItLetsOneCome) {
  const auto waits = [](std::string_view with) {
    return compile("http.empty", with).spec->waits_for_response(Direction::response);
  };
  EXPECT_FALSE(waits("{}"));
  EXPECT_TRUE(waits(R"({"reach": "upstream"})"));
}

}  // namespace
}  // namespace firedrill
