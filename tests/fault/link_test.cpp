#include "proxy/fault/link.h"

#include "tests/fault/support.h"

#include <gtest/gtest.h>

#include <deque>
#include <tuple>

namespace firedrill {
namespace {

using namespace test;
using SegmentKind = Segment::Kind;

constexpr std::size_t kPlenty = 1_MiB;

// Delays each segment, endings too, by the next of a list and then by nothing.
class Delays final : public LinkStage {
 public:
  explicit Delays(std::deque<Duration> delays) : delays_(std::move(delays)) {}
  void on_segment(Segment segment, const Next& next) override {
    if (!delays_.empty()) {
      segment.due += delays_.front();
      delays_.pop_front();
    }
    next(std::move(segment));
  }

 private:
  std::deque<Duration> delays_;
};

class Holds final : public LinkStage {
 public:
  void on_segment(Segment segment, const Next& next) override {
    segment.due = kNever;
    next(std::move(segment));
  }
};

// Says a word each time its alarm goes off, and logs what passes in between.
class Ticker final : public LinkStage {
 public:
  Ticker(TimePoint first, Duration period, std::string& log)
      : alarm_(first), period_(period), log_(log) {}
  void on_segment(Segment segment, const Next& next) override {
    log_ += as_text(segment.bytes);
    next(std::move(segment));
  }
  TimePoint alarm() const override { return alarm_; }
  void on_alarm(TimePoint now, const Next& next) override {
    log_ += "!";
    alarm_ += period_;
    const ByteView word = as_bytes("tick");
    next({.bytes = Bytes(word.begin(), word.end()), .due = now});
  }

 private:
  TimePoint alarm_;
  Duration period_;
  std::string& log_;
};

class Says final : public LinkStage {
 public:
  explicit Says(std::vector<Segment> segments) : segments_(std::move(segments)) {}
  void on_segment(Segment segment, const Next& next) override {
    for (const Segment& said : segments_) next(said);
    next(std::move(segment));
  }

 private:
  std::vector<Segment> segments_;
};

std::unique_ptr<LinkStage> delays(std::deque<Duration> list) {
  return std::make_unique<Delays>(std::move(list));
}
std::unique_ptr<LinkStage> holds() {
  return std::make_unique<Holds>();
}

template <class... Plans>
std::vector<StagePlan> plans(Plans... plan) {
  std::vector<StagePlan> list;
  (list.push_back(std::move(plan)), ...);
  return list;
}

void send(Link& link, std::string_view text, TimePoint now, Hold hold = {}) {
  link.on_data(as_bytes(text), now, hold);
}

TEST(Link, WithoutStagesGivesBackWhatItGets) {
  Link link(kPlenty);
  EXPECT_TRUE(link.bypassed());
  send(link, "hello", kStart);
  EXPECT_FALSE(link.bypassed());
  EXPECT_EQ(as_text(link.ready()), "hello");
  link.consume(2);
  EXPECT_EQ(as_text(link.ready()), "llo");
  link.consume(3);
  EXPECT_TRUE(link.bypassed());
  EXPECT_EQ(link.next_due(), kNever);
}

TEST(Link, SaysHowItEndedOnceTheBytesAheadAreConsumed) {
  Link link(kPlenty);
  send(link, "bye", kStart);
  link.on_end(SegmentKind::fin, kStart);
  EXPECT_TRUE(link.input_ended());
  EXPECT_FALSE(link.accepts_input());
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(take(link), "bye");
  EXPECT_EQ(link.ending(), SegmentKind::fin);
}

TEST(Link, HoldsBytesUntilTheyAreDue) {
  Link link(kPlenty);
  link.set_stages(plan(1, delays({10ms})), kStart);
  send(link, "a", kStart);
  EXPECT_EQ(link.next_due(), kStart + 10ms);
  EXPECT_EQ(at(link, kStart + 10ms - 1ns), "");
  EXPECT_EQ(at(link, kStart + 10ms), "a");
  EXPECT_TRUE(link.empty());
}

TEST(Link, LetsNothingOvertake) {
  Link link(kPlenty);
  link.set_stages(plan(1, delays({10ms, 0ms})), kStart);
  send(link, "slow", kStart);
  send(link, "fast", kStart + 1ms);
  link.on_end(SegmentKind::reset, kStart + 2ms);
  EXPECT_EQ(at(link, kStart + 9ms), "");
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 10ms), "slowfast");
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(Link, PassesStagesInOrderAndAddsTheirDelays) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, delays({10ms})}, StagePlan{2, delays({5ms})}), kStart);
  send(link, "a", kStart);
  EXPECT_EQ(at(link, kStart + 10ms), "");
  EXPECT_EQ(link.next_due(), kStart + 15ms);
  EXPECT_EQ(at(link, kStart + 15ms), "a");
}

TEST(Link, LooksAtItselfLateButDoesEverythingInTime) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, delays({10ms})}, StagePlan{2, delays({5ms})}), kStart);
  send(link, "a", kStart);
  // The second delay counts from the arrival at 10 ms, not from when somebody looked.
  EXPECT_EQ(at(link, kStart + 15ms), "a");
}

TEST(Link, RingsAlarmsInTheirPlaceAmongTheTraffic) {
  Link link(kPlenty);
  std::string log;
  link.set_stages(plans(StagePlan{1, delays({4ms, 2ms})},
                        StagePlan{2, std::make_unique<Ticker>(kStart + 3ms, 3ms, log)}),
                  kStart);
  send(link, "a", kStart);
  EXPECT_EQ(link.next_due(), kStart + 3ms);
  // Data at 5 ms finds the alarm of 3 ms and the bytes of 4 ms behind it.
  send(link, "b", kStart + 5ms);
  EXPECT_EQ(log, "!a");
  link.advance(kStart + 9ms);
  EXPECT_EQ(log, "!a!b!");
  EXPECT_EQ(take(link), "tickatickbtick");
}

TEST(Link, LetsAnArrivalPassBeforeTheAlarmOfTheSameMoment) {
  Link link(kPlenty);
  std::string log;
  link.set_stages(plans(StagePlan{1, delays({3ms})},
                        StagePlan{2, std::make_unique<Ticker>(kStart + 3ms, 1h, log)}),
                  kStart);
  send(link, "a", kStart);
  link.advance(kStart + 3ms);
  EXPECT_EQ(log, "a!");
}

TEST(Link, RingsAnAlarmThatIsDueWhenTheStageIsPut) {
  Link link(kPlenty);
  std::string log;
  link.set_stages(plan(1, std::make_unique<Ticker>(kStart, 1h, log)), kStart);
  EXPECT_EQ(take(link), "tick");
}

TEST(Link, TakingAStageAwayLetsGoOfWhatItHeldAndOfNothingElse) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, delays({10ms})}, StagePlan{2, delays({20ms})}), kStart);
  send(link, "a", kStart);
  link.advance(kStart + 10ms);
  send(link, "b", kStart + 10ms);
  link.set_stages(plans(StagePlan{1, nullptr}), kStart + 11ms);
  EXPECT_EQ(take(link), "ab");
  EXPECT_TRUE(link.has_stage(1));
  EXPECT_FALSE(link.has_stage(2));
}

TEST(Link, BytesLetGoOfStillPassTheStagesBehind) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, holds()}, StagePlan{2, delays({20ms})}), kStart);
  send(link, "a", kStart);
  link.set_stages(plans(StagePlan{2, nullptr}), kStart + 1ms);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.next_due(), kStart + 21ms);
  EXPECT_EQ(at(link, kStart + 21ms), "a");
}

TEST(Link, KeptStagesKeepTheirStateAndWhatTheyHold) {
  Link link(kPlenty);
  link.set_stages(plan(1, delays({10ms, 7ms})), kStart);
  send(link, "a", kStart);
  link.set_stages(plans(StagePlan{2, holds()}, StagePlan{1, nullptr}), kStart + 1ms);
  EXPECT_EQ(at(link, kStart + 10ms), "a");
  link.set_stages(plans(StagePlan{1, nullptr}), kStart + 11ms);
  send(link, "b", kStart + 11ms);
  EXPECT_EQ(link.next_due(), kStart + 18ms);
}

TEST(Link, ANewStageUnderARunningKeyReplacesIt) {
  Link link(kPlenty);
  link.set_stages(plan(1, holds()), kStart);
  send(link, "a", kStart);
  link.set_stages(plan(1, holds()), kStart + 1ms);
  EXPECT_EQ(take(link), "a");
  send(link, "b", kStart + 2ms);
  EXPECT_EQ(at(link, kStart + 1h), "");
}

TEST(Link, KeepsTheOrderOfBytesWhenKeptStagesTradePlaces) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, delays({0ms, 10ms})}, StagePlan{2, delays({20ms})}), kStart);
  send(link, "a", kStart);  // waits in the second stage
  send(link, "b", kStart);  // waits in the first
  link.set_stages(plans(StagePlan{2, nullptr}, StagePlan{1, nullptr}), kStart + 1ms);
  EXPECT_EQ(take(link) + at(link, kStart + 1h), "ab");
  EXPECT_TRUE(link.has_stage(1));
  EXPECT_TRUE(link.has_stage(2));
}

TEST(Link, HandlesUnderTheOldStagesWhatWasDueBeforeTheChange) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, delays({5ms})}, StagePlan{2, delays({10ms})}), kStart);
  send(link, "a", kStart);
  // At 5 ms the byte had gone over to the second stage, which stays.
  link.set_stages(plans(StagePlan{2, nullptr}), kStart + 8ms);
  EXPECT_EQ(link.next_due(), kStart + 15ms);
}

TEST(Link, HoldsByTheSessionsDecisionAndWhatIsBehindToo) {
  Link link(kPlenty);
  send(link, "a", kStart, {.due = kStart + 10ms, .key = 7});
  send(link, "b", kStart + 1ms);
  link.on_end(SegmentKind::fin, kStart + 1ms);
  EXPECT_EQ(link.next_due(), kStart + 10ms);
  EXPECT_EQ(at(link, kStart + 9ms), "");
  EXPECT_EQ(at(link, kStart + 10ms), "ab");
  EXPECT_EQ(link.ending(), SegmentKind::fin);
}

TEST(Link, ReleasesTheHoldsOfRulesThatAreGone) {
  Link link(kPlenty);
  send(link, "a", kStart, {.due = kStart + 10ms, .key = 7});
  send(link, "b", kStart, {.due = kStart + 20ms, .key = 8});
  send(link, "c", kStart);
  link.release_holds({8}, kStart + 1ms);
  EXPECT_EQ(take(link), "a");
  EXPECT_EQ(link.next_due(), kStart + 20ms);
  link.release_holds({}, kStart + 2ms);
  EXPECT_EQ(take(link), "bc");
}

TEST(Link, AShorterHoldIsItsOwnAgainOnceTheLongerAheadIsGone) {
  Link link(kPlenty);
  send(link, "a", kStart, {.due = kStart + 100ms, .key = 7});
  send(link, "b", kStart, {.due = kStart + 50ms, .key = 8});
  EXPECT_EQ(at(link, kStart + 60ms), "");
  link.release_holds({8}, kStart + 60ms);
  EXPECT_EQ(take(link), "ab");
}

TEST(Link, StopsInputWhenItIsFullAndTakesItAgainWhenDrained) {
  Link link(2 * (Link::kSegmentWeight + 10));
  send(link, "0123456789", kStart);
  EXPECT_TRUE(link.accepts_input());
  send(link, "0123456789", kStart);
  EXPECT_FALSE(link.accepts_input());
  link.consume(9);
  EXPECT_FALSE(link.accepts_input());
  link.consume(1);
  EXPECT_TRUE(link.accepts_input());
}

TEST(Link, TinySegmentsWeighMoreThanTheirBytes) {
  Link link(1_KiB);
  link.set_stages(plan(1, holds()), kStart);
  int taken = 0;
  for (; link.accepts_input(); ++taken) send(link, "x", kStart);
  EXPECT_EQ(taken, 16);  // 1024 / (64 + 1), rounded up
}

TEST(Link, AnEmptySegmentDoesNotStopTheFlow) {
  Link link(kPlenty);
  std::vector<Segment> nothing(1);
  link.set_stages(plan(1, std::make_unique<Says>(std::move(nothing))), kStart);
  send(link, "a", kStart);
  EXPECT_EQ(take(link), "a");
  send(link, "", kStart);
  EXPECT_TRUE(link.empty());
}

TEST(Link, NothingFollowsAnEndingThatAStageMade) {
  Link link(kPlenty);
  link.set_stages(plan(1, std::make_unique<Says>(std::vector<Segment>{{.kind = SegmentKind::fin}})),
                  kStart);
  send(link, "late", kStart);
  EXPECT_EQ(take(link), "");
  EXPECT_EQ(link.ending(), SegmentKind::fin);
  EXPECT_TRUE(link.accepts_input());
  link.on_end(SegmentKind::reset, kStart);
  EXPECT_EQ(link.ending(), SegmentKind::reset);
}

TEST(Link, TimeThatGoesBackwardsCountsAsStandingStill) {
  Link link(kPlenty);
  link.set_stages(plan(1, delays({10ms})), kStart);
  link.advance(kStart + 5ms);
  send(link, "a", kStart);
  EXPECT_EQ(link.next_due(), kStart + 15ms);
}

// Holds everything, and has a last word.
class LastWord final : public LinkStage {
 public:
  void on_segment(Segment segment, const Next& next) override {
    segment.due = kNever;
    next(std::move(segment));
  }
  void on_removal(TimePoint now, const Next& next) override {
    const ByteView word = as_bytes("farewell");
    next({.bytes = Bytes(word.begin(), word.end()), .due = now});
  }
  void adopt(LinkStage& before) override { adopted = dynamic_cast<LastWord*>(&before) != nullptr; }

  bool adopted = false;
};

TEST(Link, TheLastWordOfAStageComesBehindWhatItHeld) {
  Link link(kPlenty);
  link.set_stages(plan(1, std::make_unique<LastWord>()), kStart);
  send(link, "held ", kStart);
  EXPECT_EQ(take(link), "");
  link.set_stages({}, kStart + 1ms);
  EXPECT_EQ(take(link), "held farewell");
  EXPECT_TRUE(link.bypassed());
}

TEST(Link, AStageThatOnlyMovesSaysNoLastWord) {
  Link link(kPlenty);
  link.set_stages(plans(StagePlan{1, std::make_unique<LastWord>()}, StagePlan{2, delays({})}),
                  kStart);
  link.set_stages(plans(StagePlan{2, nullptr}, StagePlan{1, nullptr}), kStart);
  EXPECT_EQ(take(link), "");
}

TEST(Link, AStageAdoptsOnlyTheOneThatItReplaces) {
  Link link(kPlenty);
  link.set_stages(plan(1, std::make_unique<LastWord>()), kStart);
  auto made = std::make_unique<LastWord>();
  const LastWord& stranger = *made;
  link.set_stages(plan(2, std::move(made)), kStart);
  EXPECT_FALSE(stranger.adopted);
  made = std::make_unique<LastWord>();
  const LastWord& heir = *made;
  link.set_stages(plan_edited(3, 2, std::move(made)), kStart);
  EXPECT_TRUE(heir.adopted);
}

TEST(Link, OfTwoEndingsTheGreaterCounts) {
  for (const auto& [first, second, counts] :
       {std::tuple(SegmentKind::fin, SegmentKind::close, SegmentKind::close),
        std::tuple(SegmentKind::close, SegmentKind::reset, SegmentKind::reset),
        std::tuple(SegmentKind::close, SegmentKind::fin, SegmentKind::close)}) {
    std::vector<Segment> said{{.kind = first}, {.kind = second}};
    Link link(kPlenty);
    link.set_stages(plan(1, std::make_unique<Says>(std::move(said))), kStart);
    send(link, "x", kStart);
    EXPECT_EQ(link.ending(), counts);
  }
}

}  // namespace
}  // namespace firedrill
