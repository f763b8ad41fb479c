#include "proxy/fault/body_stage.h"

#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;
using Piece = BodyOutput::Piece;

// Makes each payload late, or doubles it, and says so of the length.
class Late final : public BodyStage {
 public:
  explicit Late(Duration delay) : delay_(delay) {}
  void on_payload(ByteView payload, TimePoint now, const BodyNext& next) override {
    next.payload(payload, now + delay_);
  }

 private:
  Duration delay_;
};

class Twice final : public BodyStage {
 public:
  std::optional<std::uint64_t> length(std::optional<std::uint64_t> length) override {
    return length ? std::optional(2 * *length) : std::nullopt;
  }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.payload(payload);
    next.payload(payload);
  }
};

// Ends the body, in one way or another, at the first payload.
class Ends final : public BodyStage {
 public:
  explicit Ends(BodyEnd end) : end_(end) {}
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.raw(payload);
    next.end(end_);
  }

 private:
  BodyEnd end_;
};

// Has a last word.
class Signs final : public BodyStage {
 public:
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.payload(payload);
  }
  void on_end(TimePoint, const BodyNext& next) override {
    next.payload(as_bytes("!"));
    next.end(BodyEnd::whole);
  }
};

// Leaves its mark on each payload.
class Marks final : public BodyStage {
 public:
  Marks(BodyWorkOn on, char mark) : on_(on), mark_(mark) {}
  BodyWorkOn works_on() const override { return on_; }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    Bytes marked(payload.begin(), payload.end());
    marked.push_back(std::byte(mark_));
    next.payload(marked);
  }

 private:
  BodyWorkOn on_;
  char mark_;
};

struct Chained : testing::Test {
  template <class Stage, class... Args>
  void add(std::uint64_t key, Args... args) {
    chain.add(key, std::make_unique<Stage>(args...));
  }
  void feed(std::string_view text) { chain.feed(as_bytes(text), kStart, output); }
  void finish() { chain.finish(kStart, output); }

  BodyChain chain;
  BodyOutput output;
};

using BodyChainTest = Chained;

TEST_F(BodyChainTest, WithoutStagesPassesEverything) {
  feed("ab");
  finish();
  EXPECT_EQ(output.pieces, (std::vector<Piece>{{"ab", {}, 0}}));
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST_F(BodyChainTest, GoesThroughTheStagesInTheirOrder) {
  add<Twice>(1);
  add<Signs>(2);
  EXPECT_EQ(chain.length(3), 6u);
  EXPECT_EQ(chain.length(std::nullopt), std::nullopt);
  feed("a");
  finish();
  EXPECT_EQ(output.text(), "aa!");
}

TEST_F(BodyChainTest, TheLastWordOfAStagePassesThoseBehindIt) {
  add<Signs>(1);
  add<Twice>(2);
  finish();
  EXPECT_EQ(output.text(), "!!");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST_F(BodyChainTest, DelaysAddUpAndBelongToTheLastThatMadeOne) {
  add<Late>(1, Duration(10ms));
  add<Late>(2, Duration(5ms));
  feed("a");
  EXPECT_EQ(output.pieces, (std::vector<Piece>{{"a", kStart + 15ms, 2}}));
}

TEST_F(BodyChainTest, AStageThatDelaysNothingLeavesTheHoldAsItIs) {
  add<Late>(1, Duration(10ms));
  add<Twice>(2);
  feed("a");
  EXPECT_EQ(output.pieces, (std::vector<Piece>{{"a", kStart + 10ms, 1}, {"a", kStart + 10ms, 1}}));
}

TEST_F(BodyChainTest, AnEndInTheMiddleSkipsTheStagesBehind) {
  add<Ends>(1, BodyEnd::reset);
  add<Signs>(2);
  feed("a");
  feed("b");
  finish();
  EXPECT_EQ(output.text(), "<a>");
  EXPECT_EQ(output.ended, BodyEnd::reset);
}

TEST_F(BodyChainTest, AnEarlyWholeEndLetsTheStagesBehindFinishOnce) {
  add<Ends>(1, BodyEnd::whole);
  add<Signs>(2);
  feed("a");
  feed("b");
  finish();
  EXPECT_EQ(output.text(), "<a>!");
  EXPECT_EQ(output.ended, BodyEnd::whole);
}

TEST_F(BodyChainTest, EditsComeBeforeCutsAndThoseBeforeBrokenFraming) {
  add<Marks>(1, BodyWorkOn::framing, '1');
  add<Marks>(2, BodyWorkOn::flow, '2');
  add<Marks>(3, BodyWorkOn::content, '3');
  add<Marks>(4, BodyWorkOn::flow, '4');
  add<Marks>(5, BodyWorkOn::content, '5');
  feed("a");
  EXPECT_EQ(output.text(), "a35241");
}

TEST_F(BodyChainTest, NothingIsNoPayload) {
  add<Ends>(1, BodyEnd::fin);
  feed("");
  EXPECT_EQ(output.ended, std::nullopt);
}

}  // namespace
}  // namespace firedrill
