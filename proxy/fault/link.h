#pragma once

#include "proxy/core/rng.h"
#include "proxy/fault/segment.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

class Link;

// Hands a segment on. A stage that calls it zero, one or many times drops, passes or splits; one
// that moves `due` delays. Nothing overtakes: a due time before that of the segment ahead is raised
// to it.
class Next {
 public:
  void operator()(Segment segment) const;

  // The first segment that the link holds for the stage: how many bytes it has, nothing when there
  // is none; and lets go of it, whenever it is due.
  std::optional<std::size_t> waiting() const;
  void release() const;

 private:
  friend class Link;
  Next(Link& link, std::size_t stage) : link_(link), stage_(stage) {}

  Link& link_;
  std::size_t stage_;
};

// A fault at work on one link. It owns its state and its random draws, never waits, and sees time
// only as the due time of a segment (its arrival here) or as the moment that it asked to be called
// at. A stage keeps no bytes to itself: what is to wait it hands on with a later due time, or
// kNever, and the link lets go of it when the stage is taken away or given another place.
class LinkStage {
 public:
  virtual ~LinkStage() = default;

  virtual void on_segment(Segment segment, const Next& next) = 0;

  // For what happens without traffic: alarm() is the moment at which on_alarm is to be called,
  // kNever for none. It is asked again after every call into the stage, and must be later after
  // on_alarm. What arrives at that same moment comes before the alarm.
  virtual TimePoint alarm() const { return kNever; }
  virtual void on_alarm(TimePoint now, const Next& next);

  // It is being taken away. What it says now goes behind what it held: a stage that has swallowed
  // bytes must end the connection, since the rest would be a corrupt stream.
  virtual void on_removal(TimePoint now, const Next& next);

  // It takes the place of `before`, which an edit of its fault ends: takes over what the edit must
  // not reset. The other is of any type, and is taken away next.
  virtual void adopt(LinkStage& before);
};

// A stage together with the rule that it stands for; equal keys are the same activation of a rule.
struct StagePlan {
  std::uint64_t key = 0;
  std::unique_ptr<LinkStage> stage;  // null in a plan means: keep the one that runs under this key
  std::uint64_t replaces = 0;        // the key of the stage that `stage` adopts; 0 for none
};

// When a segment may leave at the earliest by a session's own decision (a delayed event), and the
// key of the rule that decided so: once that rule is gone, so is the delay.
struct Hold {
  TimePoint due = {};
  std::uint64_t key = 0;
};

// One direction of a connection, without the sockets: bytes go in, pass the stages, and come out
// when they are due. What a stage holds back waits in that stage, so that taking the stage away
// lets go of exactly what it held, at once, and of nothing else.
//
// Whatever happens inside happens in the order of time, however seldom the link is looked at: one
// late call of advance does the same as many punctual ones. A `now` before that of an earlier call
// counts as that one.
class Link {
 public:
  // Input stops when what is inside weighs `high_water` bytes, where each segment weighs its bytes
  // and kSegmentWeight for itself; what is already inside is never dropped.
  static constexpr std::size_t kSegmentWeight = 64;
  explicit Link(std::size_t high_water) : high_water_(high_water) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Puts the stages in place, in the order in which traffic passes them. Those whose key is running
  // keep their state and what they hold; what the others held moves on now, with their last word,
  // and so does what a kept stage held that would overtake by its new place.
  void set_stages(std::vector<StagePlan> plans, TimePoint now);
  bool has_stage(std::uint64_t key) const;

  // Ends every hold of a rule that `active` does not name.
  void release_holds(const std::vector<std::uint64_t>& active, TimePoint now);

  // Requires that the input has not ended.
  void on_data(ByteView bytes, TimePoint now, Hold hold = {});
  void on_end(Segment::Kind kind, TimePoint now);

  // Moves everything that is due along.
  void advance(TimePoint now);

  // After advance: the bytes that may be written now (empty if none), and how many of them were.
  ByteView ready() const;
  void consume(std::size_t count);

  // After advance: how the link has ended, once every byte ahead of the ending has been consumed.
  // Nothing follows an ending, except that a greater one takes its place.
  std::optional<Segment::Kind> ending() const;

  // The next moment at which advance will do something; kNever when only input can change anything.
  TimePoint next_due() const;

  bool accepts_input() const { return !input_ended_ && weight_ < high_water_; }
  bool input_ended() const { return input_ended_; }

  // Whether anything waits because of a hold, or behind one.
  bool holds() const { return !entry_.empty(); }

  // True when a byte given now would come straight out again.
  bool bypassed() const { return stages_.empty() && empty(); }
  bool empty() const { return segments_ == 0; }

 private:
  friend class Next;
  struct Running {
    std::uint64_t key;
    std::unique_ptr<LinkStage> stage;
    std::deque<Segment> held = {};
  };
  struct Held {
    Segment segment;  // its due time is never before that of the one ahead
    Hold hold;        // what was asked for
  };

  void wait(Segment segment, Hold hold);
  void step(TimePoint now);
  void enter(Segment segment, std::size_t stage);
  void hold(Segment segment, std::size_t stage);
  void release(std::size_t stage);
  void leave(Segment segment);
  void count_in(const Segment& segment);
  void count_out(const Segment& segment);
  std::vector<Running> take_out(const std::vector<StagePlan>& plans);

  std::vector<Running> stages_;
  std::deque<Held> entry_;    // held by the session's decision, before the first stage
  std::deque<Segment> exit_;  // may leave
  std::size_t high_water_;
  std::size_t weight_ = 0;
  std::size_t segments_ = 0;
  std::size_t offset_ = 0;  // bytes of the front of exit_ that have been consumed
  TimePoint now_ = {};      // the moment up to which everything has happened
  bool input_ended_ = false;
};

}  // namespace firedrill
