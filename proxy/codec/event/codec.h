#pragma once

#include "proxy/codec/event/length_format.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::event {

// A field that a protocol sends beside the payload.
struct EventHeader {
  std::string_view name;
  std::string_view value;
};

// One event of a stream. The views are good until the codec is used again. What each codec takes
// for the payload, the type, the channel and the id of an event; "-" is nothing:
//
//   codec            payload                        type            channel   id
//   sse              the data lines joined by LF    the event name  -         of the event itself
//                                                   or "message"
//   ndjson, lines    the line without its end       -               -         -
//   json-seq         the JSON text                  -               -         -
//   length_prefixed  what follows the length        -               -         -
//   varint           what follows the length        -               -         -
//   netstring        what ends with the comma       -               -         -
//   websocket        the message of all fragments,  text or binary  -         -
//                    unmasked
//   nats             what follows the headers       -               subject   of JetStream:
//                                                                             STREAM/SEQUENCE
//   redis, pub/sub   the message                    message,        channel   -
//                                                   pmessage or
//                                                   smessage
//   redis, entries   the longest value of its       entry           stream    STREAM/ID
//   of streams       fields, and the first of those
struct Event {
  ByteView raw;  // its whole image on the wire, line ends and all
  std::string_view payload = {};
  std::string_view type = {};
  std::string_view id = {};
  std::string_view channel = {};  // topic, subject or the like
  std::uint32_t delivery = 0;     // which delivery of it this is; 0: the stream does not say
  std::span<const EventHeader> headers = {};
  bool grouped = false;  // one of a Group
};

// Bytes that are no event: comments, heartbeats, blank lines, an event too large to be held, and
// whatever stands before the first boundary that a codec sees.
struct Passthrough {
  ByteView raw;
};

// Bytes in whose place others must go on, fault or not, so that a client stays on the proxy: where
// a server tells of other addresses of itself.
struct Rewritten {
  ByteView raw;
  ByteView instead;
};

// Events that go over the wire as one thing, such as the reply to a request. Each is judged by
// itself, and they go on together, as one thing again: see Codec::encode_group(). Where it stands
// among what is no event counts, so it may come late, but not twice, nor can anything overtake it.
struct Group {
  ByteView raw;
  std::span<const Event> events;  // each raw of which is within that of the group, in this order
};

// What goes on in the place of one event of a group, image by image.
using Outcome = std::vector<Bytes>;

// The pieces of a stream, concatenated, are the stream.
using Piece = std::variant<Passthrough, Event, Rewritten, Group>;

ByteView raw_of(const Piece& piece);

// An event to be made up. A line break in its type or id would end the field, so they are cut
// there.
struct Draft {
  std::string_view payload;
  std::string_view type = {};
  std::string_view id = {};
};

struct Options {
  std::size_t max_event_bytes = 1_MiB;  // a larger event passes unread
  std::uint64_t max_length = 16_MiB;    // a frame that claims to be longer is an error
  LengthFormat length = {};             // length_prefixed: how a frame says its length
};

// What a protocol has beside events with a payload.
struct Abilities {
  std::span<const std::string_view> breakages = {};  // ways in which its framing can be broken
  bool closes = false;                               // its close message carries a code
};

// Finds the events in a byte stream that arrives in parts:
//
//   codec->feed(bytes);
//   while (const auto piece = codec->next()) ...
//
// An event that lies wholly in one fed buffer is a view of it; only what a buffer ends in the midst
// of is copied and held, until the rest has come. A complete event is never held.
class Codec {
 public:
  virtual ~Codec() = default;

  // By which make_codec() has made it.
  std::string_view name() const { return name_; }

  // Takes the next bytes of the stream, which must stay where they are until next() has returned
  // nothing. Everything fed before must have been taken out.
  virtual void feed(ByteView bytes) = 0;

  // The next piece in wire order, or nothing until more is fed.
  virtual std::optional<Piece> next() = 0;

  // What it holds after next() has returned nothing: the front of a piece that has not ended yet.
  // Good until the codec is used again.
  virtual ByteView held() const = 0;

  // How many events were too large to be decoded.
  virtual std::uint64_t oversized() const = 0;

  // Whether the stream turned out not to be what the codec reads. From there on everything passes.
  virtual bool failed() const { return false; }

  // `event` with another payload; its other fields, their order and its line ends stay.
  virtual Bytes encode(const Event& event, std::string_view payload) const = 0;

  // A new event, written the way that `like` is. Event{} stands for no example.
  virtual Bytes encode_new(const Draft& draft, const Event& like) const = 0;

  // What not every protocol has; a codec that overrides one of the functions below says so here.
  virtual Abilities abilities() const { return {}; }

  // `event` in a framing that is broken in one of the ways that abilities() names; nothing for any
  // other, or when there is nothing to break in this event.
  virtual std::optional<Bytes> break_framing(const Event& event, std::string_view how) const;

  // The protocol's own way of ending a connection, with a reason.
  virtual std::optional<Bytes> encode_close(std::uint16_t code) const;

  // `group` with an outcome for each of its events. It is never nothing: a reply without events is
  // still one.
  virtual Bytes encode_group(const Group& group, std::span<const Outcome> outcomes) const;

  // Whether there may be pieces that are Rewritten, so that nothing goes on before it is read.
  virtual bool rewrites() const { return false; }

  // What stays on the wire when `event` is taken out: parts of its image that are not its own.
  virtual Bytes remainder(const Event&) const { return {}; }

 private:
  friend std::unique_ptr<Codec> make_codec(std::string_view name, const Options& options);
  friend struct CodecPair make_codec_pair(std::string_view name, const Options& options);
  std::string_view name_;
};

// The codec called `name`, or null when there is none.
std::unique_ptr<Codec> make_codec(std::string_view name, const Options& options = {});

// The codecs of both directions of a connection. That of the responses may look at what the other
// one has seen, which must outlive it; a request is fed before its response.
struct CodecPair {
  std::unique_ptr<Codec> request;
  std::unique_ptr<Codec> response;
};
CodecPair make_codec_pair(std::string_view name, const Options& options = {});

// Every name that make_codec() knows, and those that a bare connection may be read by.
std::span<const std::string_view> codec_names();
std::span<const std::string_view> tcp_codec_names();

// The name of the codec for a Content-Type field, or "" when its media type has none.
std::string_view codec_for_content_type(std::string_view content_type);

// What stays the same when the event is delivered again, to whomever: a hash of its id, or of its
// payload when it has none.
std::uint64_t identity(const Event& event);

}  // namespace firedrill::event
