#pragma once

#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/resp.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::event {

// The requests of a connection whose replies are still to come, so far as it matters which reply
// is whose: those that read or claim entries of one stream, which their replies do not name.
// Replies come in the order of the requests, one for each. Where a request has none or several, as
// a subscription has, the count is lost, and from there on nobody knows.
class RedisRequests {
 public:
  void add(std::string_view command, std::string_view argument);
  void lose();

  // Whether the next reply has entries of one stream, when it is no error.
  bool expects_entries() const;
  // The next reply has come: the name of that stream, if so.
  std::optional<std::string> take_reply();

 private:
  struct Asked {
    std::uint64_t number;
    std::string stream;
  };

  std::uint64_t requests_ = 0;
  std::uint64_t replies_ = 0;
  std::deque<Asked> asked_;
  bool lost_ = false;
};

// What a client says to its Redis server. It has no events, since a request that vanished would
// leave every later reply to the wrong one, and passes as it comes; only noted what is asked for.
class RedisRequestCodec final : public Codec {
 public:
  RedisRequests& pending() { return pending_; }

  void feed(ByteView bytes) override { fed_ = bytes; }
  std::optional<Piece> next() override;
  ByteView held() const override { return {}; }
  std::uint64_t oversized() const override { return 0; }

  Bytes encode(const Event&, std::string_view) const override { return {}; }
  Bytes encode_new(const Draft&, const Event&) const override { return {}; }

 private:
  void read(ByteView bytes);
  void take_line();
  void take_word(std::string_view part);
  void lose();

  RedisRequests pending_;
  ByteView fed_;
  bool lost_ = false;
  std::string line_;              // a header, as far as it has come
  std::uint64_t words_left_ = 0;  // of the present request
  std::uint64_t left_ = 0;        // of the present word, with the end of its line
  std::uint64_t word_ = 0;        // its number
  std::string command_;
  std::string argument_;
};

}  // namespace firedrill::event
