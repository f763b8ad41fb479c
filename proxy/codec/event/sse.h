#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/line_ends.h"
#include "proxy/codec/event/piece_buffer.h"

#include <string>

namespace firedrill::event {

// Server-sent events (text/event-stream, WHATWG HTML 9.2). A block of lines up to a blank one is an
// event when it has a data line; a block of `retry` or `id` alone is passed through, and a comment
// between blocks is passed on as it comes, so that a heartbeat waits for nothing.
class SseCodec final : public Codec {
 public:
  explicit SseCodec(const Options& options);

  void feed(ByteView bytes) override;
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }
  Bytes encode(const Event& event, std::string_view payload) const override;
  Bytes encode_new(const Draft& draft, const Event& like) const override;
  Abilities abilities() const override;
  std::optional<Bytes> break_framing(const Event& event, std::string_view how) const override;

 private:
  enum class Line : std::uint8_t { empty, comment, field };
  enum class Ending : std::uint8_t { lf, cr, crlf };
  enum class Ended : std::uint8_t { nothing, line, block };

  std::optional<Piece> byte_order_mark();
  Ended step();
  Ended end_line(char terminator);
  Piece end_block();
  Piece decode(ByteView raw);

  std::size_t max_event_bytes_;
  PieceBuffer buffer_;
  LineEnds ends_;
  std::string joined_;  // the payload of an event with several data lines
  std::uint64_t oversized_ = 0;

  bool at_start_ = true;  // a byte order mark may still come
  std::size_t mark_ = 0;  // how much of it has come

  Line line_ = Line::empty;     // what has been seen of the current line
  Ending ending_ = Ending::lf;  // of the last line; CR until an LF follows
  bool after_cr_ = false;       // the last byte was a CR
  bool in_block_ = false;       // the block has a field, so its lines must stay together
  bool awaiting_lf_ = false;    // the block has ended but for the LF of its last CRLF
  bool opaque_ = false;         // the block passes unread
};

}  // namespace firedrill::event
