#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/piece_buffer.h"

namespace firedrill::event {

// One event a line: NDJSON and JSON Lines, and any protocol of lines. A CR before the LF is no part
// of the payload, and a blank line is no event. A last line without its LF passes unread, because
// nothing tells it from one that was cut.
class LinesCodec final : public Codec {
 public:
  explicit LinesCodec(const Options& options);

  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }

  // An LF or CRLF in the payload is written as a space; JSON has them only between its tokens.
  Bytes encode(const Event& event, std::string_view payload) const override;
  Bytes encode_new(const Draft& draft, const Event& like) const override;
  Abilities abilities() const override;
  std::optional<Bytes> break_framing(const Event& event, std::string_view how) const override;

 private:
  Piece end_line();

  std::size_t max_event_bytes_;
  PieceBuffer buffer_;
  std::uint64_t oversized_ = 0;
  bool opaque_ = false;  // the line passes unread
};

}  // namespace firedrill::event
