#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/piece_buffer.h"
#include "proxy/codec/event/redis_reply.h"
#include "proxy/codec/event/redis_requests.h"
#include "proxy/codec/event/resp.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace firedrill::event {

// What a Redis server says to its client (RESP2 and RESP3). Messages of pub/sub are events, and so
// are the entries of streams that a reply has, which are a group. A reply itself is never taken out
// nor made: the replies are in the order of the requests, and one too few or too many would give
// every later request another's. So in the second version of the protocol, in which a message looks
// like any array, one counts as such only while the connection is subscribed, when there are no
// replies. What is in the reply to a transaction passes unread.
class RedisCodec final : public Codec {
 public:
  // Without `requests`, which outlive it, entries are only found where their stream is named: in
  // the replies to XREAD and XREADGROUP.
  explicit RedisCodec(const Options& options, RedisRequests* requests = nullptr);

  void feed(ByteView bytes) override { buffer_.feed(bytes); }
  std::optional<Piece> next() override;
  ByteView held() const override { return buffer_.held(); }
  std::uint64_t oversized() const override { return oversized_; }
  bool failed() const override { return failed_; }
  Abilities abilities() const override;

  Bytes encode(const Event& event, std::string_view payload) const override;
  // Like the example in all but the payload: the same channel, or the same id and other fields.
  Bytes encode_new(const Draft& draft, const Event& like) const override;
  std::optional<Bytes> break_framing(const Event& event, std::string_view how) const override;
  // A stream of which no entry is left goes with them; without any the reply is Null, which is what
  // a server says when there is nothing to read.
  Bytes encode_group(const Group& group, std::span<const Outcome> outcomes) const override;

 private:
  void begin_reply();
  void read_on();
  void weigh();
  Piece end_reply();
  void note_subscriptions(std::string_view raw);
  void unsubscribe();
  Piece message_of(ByteView raw, const RedisMessage& message);
  Piece group_of(ByteView raw);

  std::size_t max_event_bytes_;
  RedisRequests* requests_;
  PieceBuffer buffer_;
  RespScanner scanner_;
  bool in_reply_ = false;
  bool opaque_ = true;  // the reply, or what there is of one, passes unread
  bool failed_ = false;
  std::uint64_t oversized_ = 0;
  // How many the second version of the protocol has confirmed.
  std::uint64_t subscriptions_ = 0;
  std::uint64_t shards_ = 0;
  // Of the last piece:
  std::optional<std::string> stream_;  // that was asked for
  RedisEntries entries_;
  std::deque<std::string> ids_;
  std::vector<Event> events_;
  std::vector<EventHeader> headers_;
};

}  // namespace firedrill::event
