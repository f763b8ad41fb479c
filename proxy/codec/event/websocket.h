#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/piece_buffer.h"
#include "proxy/codec/event/websocket_frame.h"

namespace firedrill::event {

// One direction of a WebSocket connection (RFC 6455) behind its handshake: each message is an
// event, whatever number of frames it comes in. Control frames are none and pass. One that stands
// within a message belongs to its image, so that it keeps its place, and outlives the message when
// that is taken out. A message that an extension has changed passes unread. A frame that may not
// stand where it does is an error, and the rest passes. Frames are found only from the first on: a
// codec that is told to enter in the middle passes everything.
class WebSocketCodec final : public Codec {
 public:
  explicit WebSocketCodec(const Options& options);

  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }
  bool failed() const override { return failed_; }

  // The message becomes one frame, with the mask of its first; control frames within go before it.
  Bytes encode(const Event& event, std::string_view payload) const override;
  Bytes encode_new(const Draft& draft, const Event& like) const override;
  Bytes remainder(const Event& event) const override;
  Abilities abilities() const override { return {.closes = true}; }
  std::optional<Bytes> encode_close(std::uint16_t code) const override;

 private:
  void begin_frame();
  void take_header(const WebSocketHeader& header);
  Piece end_message();

  std::size_t max_event_bytes_;
  PieceBuffer buffer_;
  Bytes split_header_;      // the front of a header whose end has not been fed yet
  Bytes message_;           // the payload of a message that is no view
  WebSocketHeader frame_;   // the current one
  std::uint64_t left_ = 0;  // of its payload
  std::uint8_t opcode_ = WebSocketHeader::kText;  // of the current message
  bool masked_ = false;                           // as frames of this direction are
  bool in_frame_ = false;
  bool in_message_ = false;
  bool opaque_ = false;  // the message passes unread
  bool failed_ = false;
  std::uint64_t oversized_ = 0;
};

}  // namespace firedrill::event
