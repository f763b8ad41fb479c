#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/rng.h"
#include "proxy/fault/body_stage.h"
#include "proxy/fault/link.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace firedrill {

namespace event {
class Codec;
}

// How much the stages of one stream may hold back before reading stops.
struct HeldBounds {
  std::size_t events = 1024;
  std::size_t bytes = 1_MiB;
};

// What is held back.
struct Load {
  std::size_t events = 0;
  std::size_t bytes = 0;

  bool within(const HeldBounds& bounds) const {
    return events < bounds.events && bytes < bounds.bytes;
  }
  Load& operator+=(const Load& other) {
    events += other.events;
    bytes += other.bytes;
    return *this;
  }
  Load& operator-=(const Load& other) {
    events -= other.events;
    bytes -= other.bytes;
    return *this;
  }
};

// Which stages an event was chosen for, and what that has taken of budgets: given back when the
// last of the event has gone on.
struct EventHits {
  std::vector<std::uint64_t> stages = {};
  std::vector<std::shared_ptr<void>> borrowed = {};

  void add(const EventHits& more) {
    stages.insert(stages.end(), more.stages.begin(), more.stages.end());
    borrowed.insert(borrowed.end(), more.borrowed.begin(), more.borrowed.end());
  }
};

// One thing under way in a stream, once every edit of it is done: an event as it is written, a
// group of them, or bytes that are no event, such as a heartbeat. A group has its place among those
// bytes: a stage may hold it, with whatever comes behind it, but neither moves nor repeats nor
// drops it.
struct Parcel {
  enum class Kind : std::uint8_t { event, group, other };
  Kind kind = Kind::event;
  ByteView bytes;
  std::uint64_t identity = 0;
  std::shared_ptr<const EventHits> hits = {};
};

// A parcel that keeps its bytes.
class HeldParcel {
 public:
  explicit HeldParcel(const Parcel& parcel)
      : bytes_(parcel.bytes.begin(), parcel.bytes.end()), parcel_(parcel) {}

  Parcel view() const {
    Parcel parcel = parcel_;
    parcel.bytes = bytes_;
    return parcel;
  }
  Parcel::Kind kind() const { return parcel_.kind; }
  std::size_t size() const { return bytes_.size(); }
  Load load() const { return {.events = 1, .bytes = bytes_.size()}; }
  // What is kept to be sent again was not chosen again.
  void forget_hits() { parcel_.hits = nullptr; }

 private:
  Bytes bytes_;
  Parcel parcel_;
};

class EventLine;

// Hands parcels on to the stage behind, at the moment at which the stage was called.
class EventNext {
 public:
  void operator()(const Parcel& parcel) const;
  // Ends the connection behind what has been handed on.
  void end(BodyEnd how) const;

 private:
  friend class EventLine;
  EventNext(EventLine& line, std::size_t place, TimePoint now)
      : line_(line), place_(place), now_(now) {}

  EventLine& line_;
  std::size_t place_;
  TimePoint now_;
};

// What a stage is told of the stream that it joins. The codec outlives it.
struct EventStageStart {
  Rng rng;              // the rule's own
  TimePoint activated;  // when the fault became active
  HeldBounds bounds;
  const event::Codec& codec;

  // The generator for what the fault draws about one event: the same whenever it is delivered.
  Rng rng_for(std::uint64_t identity, TimePoint now) const {
    return rng.split(identity).at(now - activated);
  }
};

// A fault at work on the order and time of one stream. Every parcel comes by, chosen or not; the
// stage hands on what it likes when it likes, and never waits: what it keeps goes on in an alarm.
class EventStage {
 public:
  enum class Chosen : std::uint8_t { no, yes };

  virtual ~EventStage() = default;

  virtual void on_parcel(const Parcel& parcel, Chosen chosen, TimePoint now,
                         const EventNext& next) = 0;

  // When on_alarm is to be called; kNever for not at all, as always when it holds nothing. It is
  // asked again after every call, and must be later after on_alarm.
  virtual TimePoint alarm() const { return kNever; }
  virtual void on_alarm(TimePoint now, const EventNext& next);

  // The stream is over: what waits for more of it, and not for a moment, goes on.
  virtual void on_end(TimePoint now, const EventNext& next);

  // The fault is over, or an edit has made another of it: everything held goes on, in the order in
  // which it came.
  virtual void on_removal(const EventNext& next);

  virtual Load load() const { return {}; }

  // Whether nothing more of the stream is to be read for now.
  virtual bool pauses() const { return false; }
};

// Where what has passed all stages goes.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Not to leave before the hold says so: at once but for what outlives the stream, see finish().
  virtual void bytes(ByteView bytes, const Hold& hold) = 0;
  virtual void end(BodyEnd how) = 0;
};

// The stages of one stream, one behind the other. Whatever happens inside happens in the order of
// time, however seldom it is looked at.
class EventLine {
 public:
  explicit EventLine(HeldBounds bounds) : bounds_(bounds) {}

  // Whose stage it is: that of a rule, by its key, for one of the specs that the rule may do.
  struct Owner {
    std::uint64_t rule = 0;
    const void* spec = nullptr;
    bool operator==(const Owner&) const = default;
  };

  // The number of the owner's stage, by which hits name it; nothing when it has none.
  std::optional<std::uint64_t> find(const Owner& owner) const;
  // Puts a stage behind those of the rules in `ahead`, and gives its number.
  std::uint64_t add(const Owner& owner, std::unique_ptr<EventStage> stage,
                    const std::vector<std::uint64_t>& ahead);
  // Takes away the stages of every rule that is not in `rules`, letting go of what they hold.
  void keep(const std::vector<std::uint64_t>& rules, TimePoint now, EventSink& out);
  // Takes away the rule's stages for other specs that hold nothing.
  void drop_idle(const Owner& owner);

  void feed(const Parcel& parcel, TimePoint now, EventSink& out);
  // Everything that is due.
  void advance(TimePoint now, EventSink& out);
  // The stream is over. What is still late leaves with a hold until then, by the key of the rule
  // that made it late, so that the end of the message can follow at once; and no stage is left.
  void finish(TimePoint now, EventSink& out);

  bool empty() const { return stages_.empty(); }
  TimePoint next_due() const;
  Load load() const;
  // Whether more of the stream may be read.
  bool accepts() const;

 private:
  friend class EventNext;
  struct Stage {
    Owner owner;
    std::uint64_t number;
    std::unique_ptr<EventStage> stage;
  };

  void enter(const Parcel& parcel, std::size_t place, TimePoint now);
  void end(std::size_t place, BodyEnd how, TimePoint now);
  void run_alarms(std::size_t from, TimePoint until);
  void drain(std::size_t from, TimePoint now);
  std::size_t next_stage(std::size_t from) const;

  HeldBounds bounds_;
  std::vector<Stage> stages_;
  std::uint64_t numbers_ = 0;
  bool ended_ = false;
  // For the time of a call.
  EventSink* out_ = nullptr;
  Hold hold_ = {};
};

}  // namespace firedrill
