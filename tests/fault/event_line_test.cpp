#include "tests/fault/event_line.h"

namespace firedrill {
namespace {

using namespace test;
using testing::ElementsAre;

// Holds each chosen parcel for a time.
class Holding final : public EventStage {
 public:
  explicit Holding(Duration delay) : delay_(delay) {}

  void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                 const EventNext& next) override {
    if (chosen == Chosen::no) return next(parcel);
    held_.emplace_back(parcel);
    due_ = now + delay_;
  }
  TimePoint alarm() const override { return held_.empty() ? kNever : due_; }
  void on_alarm(TimePoint, const EventNext& next) override { on_removal(next); }
  void on_removal(const EventNext& next) override {
    for (const HeldParcel& parcel : std::exchange(held_, {})) next(parcel.view());
  }

 private:
  Duration delay_;
  std::vector<HeldParcel> held_;
  TimePoint due_ = kNever;
};

class Recorded final : public EventSink {
 public:
  void bytes(ByteView bytes, const Hold& hold) override {
    text += as_text(bytes);
    holds.push_back(hold);
  }
  void end(BodyEnd) override { text += '|'; }

  std::string text;
  std::vector<Hold> holds;
};

struct Line {
  EventLine line{HeldBounds{}};
  Recorded out;

  std::uint64_t add(std::uint64_t rule, Duration delay, std::vector<std::uint64_t> ahead = {}) {
    return line.add({.rule = rule}, std::make_unique<Holding>(delay), ahead);
  }
  void feed(std::string_view text, std::vector<std::uint64_t> stages, TimePoint now = kStart) {
    const auto hits =
        std::make_shared<const EventHits>(EventHits{.stages = std::move(stages), .borrowed = {}});
    line.feed({.bytes = as_bytes(text), .hits = hits}, now, out);
  }
};

TEST(EventLine, AnEventMeetsTheStagesThatItWasChosenForInTheirOrder) {
  Line line;
  const auto second = line.add(2, 20ms, {1});
  const auto first = line.add(1, 10ms);
  line.feed("a", {first, second});
  EXPECT_EQ(line.line.next_due(), kStart + 10ms);
  line.line.advance(kStart + 10ms, line.out);
  EXPECT_EQ(line.line.next_due(), kStart + 30ms);
  line.line.advance(kStart + 29ms, line.out);
  EXPECT_EQ(line.out.text, "");
  line.line.advance(kStart + 30ms, line.out);
  EXPECT_EQ(line.out.text, "a");
}

TEST(EventLine, OneLateLookDoesTheSameAsManyPunctualOnes) {
  Line line;
  const auto first = line.add(1, 10ms);
  const auto second = line.add(2, 20ms, {1});
  line.feed("a", {first, second});
  line.feed("b", {}, kStart + 1h);
  EXPECT_EQ(line.out.text, "ab");
}

TEST(EventLine, TakingAwayAStageLetsGoOfWhatItHoldsAndNothingElse) {
  Line line;
  const auto first = line.add(1, 10ms);
  const auto second = line.add(2, 10ms, {1});
  line.feed("a", {second});
  line.feed("b", {first});
  line.line.keep({2}, kStart, line.out);
  EXPECT_EQ(line.out.text, "b");
  line.line.keep({}, kStart, line.out);
  EXPECT_EQ(line.out.text, "ba");
  EXPECT_TRUE(line.line.empty());
}

TEST(EventLine, WhatIsHeldOlderGoesFirstWhenAllStagesAreTakenAway) {
  Line line;
  const auto first = line.add(1, 10ms);
  const auto second = line.add(2, 10ms, {1});
  line.feed("a", {second});
  line.feed("b", {first, second});
  line.line.keep({}, kStart, line.out);
  EXPECT_EQ(line.out.text, "ab");
}

TEST(EventLine, TheEndOfTheStreamPlaysOutTheTime) {
  Line line;
  const auto first = line.add(1, 10ms);
  const auto second = line.add(2, 20ms, {1});
  line.feed("a", {first});
  line.feed("b", {first, second});
  line.line.finish(kStart + 1ms, line.out);
  EXPECT_EQ(line.out.text, "ab");
  EXPECT_EQ(line.out.holds[0].due, kStart + 10ms);
  EXPECT_EQ(line.out.holds[0].key, 1u);
  EXPECT_EQ(line.out.holds[1].due, kStart + 30ms);
  EXPECT_EQ(line.out.holds[1].key, 2u);
  EXPECT_TRUE(line.line.empty());
}

TEST(EventLine, WhatABudgetLentIsGivenBackWhenTheEventHasGoneOn) {
  Line line;
  const auto number = line.add(1, 10ms);
  auto borrowed = std::make_shared<int>();
  const std::weak_ptr<int> watched = borrowed;
  line.line.feed({.bytes = as_bytes("a"),
                  .hits = std::make_shared<const EventHits>(
                      EventHits{.stages = {number}, .borrowed = {std::move(borrowed)}})},
                 kStart, line.out);
  EXPECT_FALSE(watched.expired());
  line.line.advance(kStart + 10ms, line.out);
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace firedrill
