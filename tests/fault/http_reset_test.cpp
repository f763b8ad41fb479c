#include "tests/fault/staged_body.h"

namespace firedrill {
namespace {

using namespace test;

StagedBody staged(std::string_view with) {
  return {Exchanged("http.reset", with), 5};
}

TEST(HttpReset, AnswersTheRequestWithAReset) {
  const Exchanged fault("http.reset", "{}");
  const Answer& answer = *fault.request.answer;
  EXPECT_TRUE(answer.bytes.empty());
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.ending, Answer::Ending::reset);
  EXPECT_FALSE(answer.reach_upstream);
  EXPECT_TRUE(fault.response.edit.empty());
}

TEST(HttpReset, ComesAfterTheHeadBeforeAnyBodyHasArrived) {
  const StagedBody body = staged(R"({"at": "head"})");
  EXPECT_EQ(body.out.ended, BodyEnd::reset);
  EXPECT_TRUE(body.out.pieces.empty());
}

TEST(HttpReset, ComesAsSoonAsSoManyBytesOfTheBodyHavePassed) {
  StagedBody body = staged(R"({"at": "body", "bytes": 3})");
  EXPECT_EQ(body.became, 5u) << "the head still promises the whole body";
  body.feed("ab");
  EXPECT_FALSE(body.out.ended);
  body.feed("cde");
  EXPECT_EQ(body.out.text(), "abc");
  EXPECT_EQ(body.out.ended, BodyEnd::reset);
}

TEST(HttpReset, ComesAtTheEndOfAShorterBody) {
  StagedBody body = staged(R"({"at": "body", "bytes": 100})");
  body.feed("abcde");
  EXPECT_FALSE(body.out.ended);
  body.finish();
  EXPECT_EQ(body.out.text(), "abcde");
  EXPECT_EQ(body.out.ended, BodyEnd::reset);
}

TEST(HttpReset, LeavesTheRequestAloneWhereItWaitsForTheResponse) {
  EXPECT_EQ(Exchanged("http.reset", R"({"at": "head"})").request.answer, nullptr);
  const auto waits = [](std::string_view with) {
    return compile("http.reset", with).spec->waits_for_response(Direction::response);
  };
  EXPECT_FALSE(waits("{}"));
  EXPECT_TRUE(waits(R"({"at": "head"})"));
}

TEST(HttpReset, TakesBytesAtBodyAndOnlyThere) {
  EXPECT_EQ(refusal("http.reset", R"({"at": "body"})"), "with.bytes: is required at body");
  EXPECT_EQ(refusal("http.reset", R"({"bytes": 1})"), "with.bytes: means something only at body");
}

}  // namespace
}  // namespace firedrill
