#pragma once

#include "proxy/core/bytes.h"

#include <boost/assert.hpp>

#include <cstddef>

namespace firedrill::event {

// The piece that a codec is looking at: the front of what was fed or, where it began in an earlier
// buffer, the bytes held from there and then the front. Only what is held is ever copied.
class PieceBuffer {
 public:
  // A long event is not worth its memory once it has gone.
  static constexpr std::size_t kKeptCapacity = 16_KiB;

  void feed(ByteView bytes) {
    BOOST_ASSERT(fed_.empty());
    fed_ = bytes;
  }

  // What the codec has not looked at, and the way to say that it has.
  ByteView unseen() const { return fed_.subspan(seen_); }
  void advance(std::size_t count) { seen_ += count; }

  // The size of the piece so far.
  std::size_t size() const { return taken_ ? seen_ : held_.size() + seen_; }

  // Ends the piece here and gives it, contiguous, until the next call of anything.
  ByteView take() {
    forget_taken();
    const ByteView front = fed_.first(seen_);
    fed_ = fed_.subspan(seen_);
    seen_ = 0;
    if (held_.empty()) return front;
    append(front);
    taken_ = true;
    return held_;
  }

  // Ends the piece where the fed bytes end.
  ByteView take_all() {
    advance(unseen().size());
    return take();
  }

  // What is kept of a piece that has begun, once all that was fed has been looked at.
  ByteView held() const { return taken_ ? ByteView() : ByteView(held_); }

  // The piece goes on in the next buffer: keeps what has been seen, which must be all.
  void hold() {
    BOOST_ASSERT(unseen().empty());
    forget_taken();
    append(fed_);
    fed_ = {};
    seen_ = 0;
  }

 private:
  void append(ByteView bytes) { held_.insert(held_.end(), bytes.begin(), bytes.end()); }
  void forget_taken() {
    if (!taken_) return;
    taken_ = false;
    held_.clear();
    if (held_.capacity() > kKeptCapacity) Bytes().swap(held_);
  }

  ByteView fed_;
  std::size_t seen_ = 0;  // bytes of fed_ that belong to the piece
  Bytes held_;
  bool taken_ = false;  // held_ is a piece already given
};

}  // namespace firedrill::event
