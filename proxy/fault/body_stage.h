#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/time.h"
#include "proxy/fault/link.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace firedrill {

// How a body ends: as its framing says, or in the middle of the message, with FIN or with RST.
enum class BodyEnd : std::uint8_t { whole, fin, reset };

// Where the payload of a body goes on to.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Payload that is not to leave before the hold says so; nothing overtakes.
  virtual void payload(ByteView bytes, const Hold& hold) = 0;
  // Bytes that are sent as they are, outside the framing.
  virtual void raw(ByteView bytes, const Hold& hold) = 0;
  virtual void end(BodyEnd end) = 0;
};

// Where a stage hands on what it makes of a body. A due time that has passed, or TimePoint{}, means
// at once; kNever means when the fault ends.
class BodyNext {
 public:
  // Without a key, that of the rule, nothing is made late any more.
  BodyNext(BodySink& sink, Hold arrival, std::optional<std::uint64_t> key)
      : sink_(sink), arrival_(arrival), key_(key) {}

  void payload(ByteView bytes, TimePoint due = {}) const { sink_.payload(bytes, hold(due)); }
  void raw(ByteView bytes, TimePoint due = {}) const { sink_.raw(bytes, hold(due)); }
  void end(BodyEnd end) const { sink_.end(end); }

 private:
  Hold hold(TimePoint due) const {
    return key_ && due > arrival_.due ? Hold{.due = due, .key = *key_} : arrival_;
  }

  BodySink& sink_;
  Hold arrival_;
  std::optional<std::uint64_t> key_;
};

// What a stage works on. Whatever the order of their faults, the stages that change what a body
// says come first, then those that change how much of it is sent and when, and then those that
// break its framing: a body is cut, slowed and broken as it was edited.
enum class BodyWorkOn : std::uint8_t { content, flow, framing };

// A fault at work on the body of one message. It sees the payload as it arrives, without framing,
// and never waits: what is to be late it hands on with a due time. It stays until the message is
// over, even when its fault ends before, because what has been said of the body (its length) has to
// hold; only what it made late goes on at once then.
class BodyStage {
 public:
  virtual ~BodyStage() = default;

  virtual BodyWorkOn works_on() const { return BodyWorkOn::flow; }

  // How many bytes of payload come out when `length` go in; nothing where that is not known. Asked
  // once, before any of it.
  virtual std::optional<std::uint64_t> length(std::optional<std::uint64_t> length) {
    return length;
  }

  // The head has been sent; called once, before any payload and even if there is none to come.
  virtual void on_start(TimePoint, const BodyNext&) {}
  // `now` is when the payload arrives here: later than the present when a stage before made it so.
  virtual void on_payload(ByteView payload, TimePoint now, const BodyNext& next) = 0;
  virtual void on_end(TimePoint now, const BodyNext& next);
};

// The stages of one body, one behind the other.
class BodyChain {
 public:
  // Puts it behind those that work on the same or on what comes before.
  void add(std::uint64_t key, std::unique_ptr<BodyStage> stage);
  bool empty() const { return stages_.empty(); }

  // What becomes of a body of that length.
  std::optional<std::uint64_t> length(std::optional<std::uint64_t> length);

  void start(TimePoint now, BodySink& out);
  // After an end nothing more goes through.
  void feed(ByteView payload, TimePoint now, BodySink& out);
  void finish(TimePoint now, BodySink& out);

  // The stages whose rules `active` does not name make nothing late from now on.
  void release_holds(const std::vector<std::uint64_t>& active);

 private:
  struct Stage {
    std::optional<std::uint64_t> key;  // of its rule, until that ends
    std::unique_ptr<BodyStage> stage;
  };
  class Entry;

  std::vector<Stage> stages_;
  bool ended_ = false;
};

}  // namespace firedrill
