#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/nats_line.h"
#include "proxy/codec/event/piece_buffer.h"

#include <string>
#include <vector>

namespace firedrill::event {

// One direction of a connection of NATS clients. A message is an event: what its publisher sends
// (PUB, HPUB) on the one way and what its subscribers get (MSG, HMSG) on the other. Answers to
// requests, the API of JetStream, acknowledgements and status messages are none. An INFO loses the
// addresses of the other servers of a cluster, which a client would go to, past the proxy, when
// this one fails. A line that the protocol does not have is an error (TLS is), and the rest passes.
// A connection is read from its first line on.
class NatsCodec final : public Codec {
 public:
  explicit NatsCodec(const Options& options);

  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }
  bool failed() const override { return failed_; }
  bool rewrites() const override { return !failed_; }

  Bytes encode(const Event& event, std::string_view payload) const override;
  // To the same subscription and, so that clients of JetStream take it for one of theirs, with the
  // same address to acknowledge it; without headers. Without an example there is nobody to send to.
  Bytes encode_new(const Draft& draft, const Event& like) const override;

 private:
  std::optional<Piece> read_line();
  Piece end_line();
  Piece end_message();

  std::size_t max_event_bytes_;
  PieceBuffer buffer_;
  std::string split_line_;  // the front of a line whose end has not been fed yet
  std::size_t left_ = 0;    // of the current message behind its line
  bool in_message_ = false;
  bool opaque_ = false;  // the message passes unread
  bool failed_ = false;
  std::uint64_t oversized_ = 0;
  std::string id_;                    // of the last event
  std::vector<EventHeader> headers_;  // the same
  std::string instead_;               // of the last line that was rewritten
};

}  // namespace firedrill::event
