#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/piece_buffer.h"

namespace firedrill::event {

// JSON text sequences (RFC 7464): each record begins with a record separator and holds one JSON
// text, which may run over several lines. It ends with the line in which the text is complete, so
// that nothing waits for the record behind it. What breaks off before that, at the next separator
// or at a line end within a string, passes unread, as does what stands between records.
class JsonSeqCodec final : public Codec {
 public:
  explicit JsonSeqCodec(const Options& options);

  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }

  // A record separator in the payload, which no JSON text can have, is written as a space.
  Bytes encode(const Event& event, std::string_view payload) const override;
  Bytes encode_new(const Draft& draft, const Event& like) const override;

 private:
  // What the bytes of a record have come to.
  enum class Stop : std::uint8_t { no, line, broken, separator };

  void begin_record();
  Stop scan();
  Stop step(char c);
  Piece end_record();

  std::size_t max_event_bytes_;
  PieceBuffer buffer_;
  std::uint64_t oversized_ = 0;
  bool in_record_ = false;  // behind a separator
  bool opaque_ = false;     // the record passes unread

  // Of the record's text so far.
  bool blank_ = true;
  bool in_string_ = false;
  bool escaped_ = false;  // the next character of the string is no quote
  int depth_ = 0;         // of brackets that are open
};

}  // namespace firedrill::event
