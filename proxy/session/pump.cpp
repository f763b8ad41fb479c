#include "proxy/session/pump.h"

namespace firedrill {
namespace {

constexpr std::size_t kStreak = 64_KiB;      // bytes in full reads before splice pays
constexpr std::size_t kShortSplice = 4_KiB;  // below this, splice costs more than a copy
constexpr int kShortSplices = 3;
constexpr std::size_t kInPieces = 4_KiB;  // is read at once while faults may change events

// How a turn of moving ended.
enum class Turn : std::uint8_t { progress, wait, ended };

// How a connection ends where a fault of its events has cut it off.
Segment::Kind kind_of(BodyEnd cut) {
  return cut == BodyEnd::reset ? Segment::Kind::reset : Segment::Kind::close;
}

// Moves bytes for one direction; keeps the choice between copy and splice.
class Mover {
 public:
  Mover(Stream& from, Outlet& to, Loop& loop, PumpTools tools, EventRelay* events)
      : from_(from), to_(to), target_(to.stream()), loop_(loop), tools_(tools), events_(events) {}
  ~Mover() { give_back(); }
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;

  Turn step() {
    if (in_pipe_ > 0) return drain_pipe();
    if (to_.ended()) return Turn::ended;
    if (events_ != nullptr && !advance_events()) return Turn::ended;
    if (!to_.accepts() || (events_ != nullptr && !events_->accepts())) return Turn::wait;
    if (spliced_ && to_.bypassed()) return splice();
    give_back();
    return copy();
  }

 private:
  Turn copy() {
    // What faults make of a read is bounded by asking between reads whether there is room.
    const bool in_pieces = events_ != nullptr && events_->in_pieces();
    const auto room =
        std::span(tools_.scratch).first(in_pieces ? kInPieces : tools_.scratch.size());
    const Io io = from_.read(room);
    if (io.status != Io::Status::done) return no_data(io);
    const ByteView read = ByteView(tools_.scratch).first(io.count);
    if (events_ != nullptr) {
      feed_events(read);
      return Turn::progress;
    }
    to_.send(read);
    streak_ = io.count == tools_.scratch.size() ? streak_ + io.count : 0;
    spliced_ = streak_ >= kStreak;
    return Turn::progress;
  }

  // What becomes of the events of one read leaves in one write.
  void feed_events(ByteView read) {
    const bool gather = events_->in_pieces();
    if (gather) to_.cork();
    events_->feed(read, loop_.now(), sink_);
    if (gather) to_.uncork();
  }

  // Gives on what faults have held until now; false when one of them has ended the connection.
  bool advance_events() {
    events_->advance(loop_.now(), sink_);
    if (!events_->cut()) return true;
    to_.end(kind_of(*events_->cut()));
    return false;
  }

  Turn splice() {
    if (!pipe_.read) pipe_ = tools_.pipes.take();
    if (!pipe_.read) {
      spliced_ = false;
      streak_ = 0;
      return Turn::progress;
    }
    const Io io = from_.splice_to(pipe_.write.get(), PipePool::kPipeBytes);
    if (io.status != Io::Status::done) {
      if (io.status == Io::Status::would_block) give_back();
      return no_data(io);
    }
    in_pipe_ = io.count;
    short_ = io.count < kShortSplice ? short_ + 1 : 0;
    if (short_ >= kShortSplices) {
      spliced_ = false;
      streak_ = 0;
      short_ = 0;
    }
    return drain_pipe();
  }

  // What is in the pipe is on its way: no fault that comes later changes it.
  Turn drain_pipe() {
    const Io io = target_.splice_from(pipe_.read.get(), in_pipe_);
    if (io.status == Io::Status::would_block) return Turn::wait;
    if (io.status == Io::Status::failed) {
      to_.fail();
      return Turn::ended;
    }
    in_pipe_ -= io.count;
    to_.count_spliced(io.count);
    return Turn::progress;
  }

  Turn no_data(Io io) {
    if (io.status == Io::Status::would_block) return Turn::wait;
    auto kind = io.status == Io::Status::end ? Segment::Kind::fin : Segment::Kind::reset;
    if (events_ != nullptr) {
      events_->finish(loop_.now(), sink_);
      // What was held may have been what a fault ends the connection at.
      if (events_->cut()) kind = kind_of(*events_->cut());
    }
    to_.end(kind);
    return Turn::ended;
  }

  // An idle direction owns no pipe. One with bytes left in it (the peer is gone) is closed, not
  // shared.
  void give_back() {
    if (in_pipe_ == 0) tools_.pipes.give(std::move(pipe_));
    pipe_ = {};
  }

  Stream& from_;
  Outlet& to_;
  Stream& target_;
  Loop& loop_;
  PumpTools tools_;
  EventRelay* events_;
  EventRelay::Sink sink_ = [this](ByteView bytes, Hold hold) { to_.send(bytes, hold); };
  Pipe pipe_;
  std::size_t in_pipe_ = 0;
  std::size_t streak_ = 0;
  int short_ = 0;
  bool spliced_ = false;
};

}  // namespace

Task<> pump(Stream& from, Outlet& to, Wakeup& wakeup, PumpTools tools, EventRelay* events) {
  Mover mover(from, to, wakeup.loop(), tools, events);
  Turns turns(wakeup);
  for (;;) {
    const Turn turn = mover.step();
    if (turn == Turn::ended) co_return;
    if (turn == Turn::wait) {
      const TimePoint due = events != nullptr ? events->next_due() : kNever;
      co_await wakeup.wait_until(due);
    } else if (turns.over()) {
      co_await turns.yield();
    }
  }
}

}  // namespace firedrill
