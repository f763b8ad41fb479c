#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/piece_buffer.h"

namespace firedrill::event {

// A protocol of frames whose header says how long they are; every frame is an event. The length
// alone leads from frame to frame, so that nobody can enter such a stream in its middle. A header
// that can't be one is an error, and so is a length above `max_length`: then the rest passes.
class FramedCodec : public Codec {
 public:
  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }
  bool failed() const override { return failed_; }
  Bytes encode(const Event& event, std::string_view payload) const override {
    return write(payload, event.raw);
  }
  Bytes encode_new(const Draft& draft, const Event& like) const override {
    return write(draft.payload, like.raw);
  }

 protected:
  // What the front of a frame says of it.
  struct Header {
    enum class State : std::uint8_t { incomplete, complete, wrong };
    State state = State::incomplete;
    std::size_t size = 0;
    std::uint64_t payload = 0;
    std::size_t trailer = 0;  // behind the payload
  };

  explicit FramedCodec(const Options& options);

  // A complete header of which the payload is within bounds.
  Header sized(std::size_t header, std::uint64_t payload, std::size_t trailer = 0) const;
  static Header incomplete() { return {}; }
  static Header wrong() { return {.state = Header::State::wrong}; }

 private:
  // Reads the header at the front of `bytes`, which may go on beyond it. It is at most kLongest
  // bytes long: of so many it is never incomplete.
  static constexpr std::size_t kLongest = 512;
  virtual Header read_header(ByteView bytes) const = 0;
  // Whether a frame may end with this byte.
  virtual bool may_end_with(std::byte) const { return true; }
  // A frame with this payload, like the one whose image is `like`, which may be empty.
  virtual Bytes write(std::string_view payload, ByteView like) const = 0;

  void begin_frame();
  Piece end_frame();

  std::size_t max_event_bytes_;
  std::uint64_t max_length_;
  PieceBuffer buffer_;
  Bytes split_header_;      // the front of a header whose end has not been fed yet
  Header header_;           // of the frame that has begun
  std::uint64_t left_ = 0;  // of its bytes behind the header
  bool in_frame_ = false;
  bool opaque_ = false;  // the frame passes unread
  bool failed_ = false;
  std::uint64_t oversized_ = 0;
};

}  // namespace firedrill::event
