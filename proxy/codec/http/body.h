#pragma once

#include "proxy/codec/http/head.h"
#include "proxy/codec/http/reason.h"
#include "proxy/core/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace firedrill::http {

struct BodyLimits {
  std::size_t chunk_line = 256;  // with its CRLF
  std::size_t trailers = 4_KiB;  // with their CRLFs and the last, empty line
};

// Follows one body from the end of its head to its end, whatever pieces it comes in. It keeps a few
// words of state and never a byte of the body.
//
// There are two ways to use it. relay() says which bytes to send on as they are, with their framing
// if they have any; decode() says which bytes are payload. Both may serve one body in turn, as long
// as the place allows it: see place().
class BodyReader {
 public:
  explicit BodyReader(const Framing& framing, const BodyLimits& limits = {});

  struct Relayed {
    std::size_t consumed = 0;
    ByteView forward;  // contiguous; may be empty although bytes were consumed
    bool ended = false;
    Reason reason = Reason::none;
  };

  // Consumes as many bytes as can be forwarded in one piece: all that are given, except where a
  // chunk extension, which is dropped, splits them. Call again with the rest until it is empty or
  // the body has ended. On an error `forward` holds what preceded it, and the body is lost.
  Relayed relay(ByteView bytes);

  struct Decoded {
    std::size_t consumed = 0;
    ByteView payload;  // contiguous; of one chunk
    ByteView trailer;  // instead of payload: raw bytes of the trailer lines, without the empty one
    bool ended = false;
    Reason reason = Reason::none;
  };

  // Consumes up to the end of one run of payload (or of trailer lines). Call again as for relay().
  Decoded decode(ByteView bytes);

  // Where in the body the next byte stands.
  enum class Place : std::uint8_t {
    between_chunks,  // relay and decode may follow each other
    in_payload,      // they may, but the other has to finish this chunk: see chunk_left()
    in_framing,      // they may not
    ended,
  };
  Place place() const;

  // How many payload bytes of the current chunk, or of a body of known length, are still to come;
  // 0 where that is unknown or there is none.
  std::uint64_t chunk_left() const { return place() == Place::in_payload ? left_ : 0; }

  bool ended() const { return state_ == State::ended; }

  // Whether the body is whole when the connection ends here.
  bool complete_at_close() const { return ended() || state_ == State::until_close; }

 private:
  // Where the next byte belongs. The states from size_digits on are those of chunks.
  enum class State : std::uint8_t {
    ended,
    until_close,
    length,
    size_start,
    size_digits,
    extension_name_start,
    extension_name,
    extension_value_start,
    extension_token,
    extension_quoted,
    extension_escape,
    extension_quoted_end,
    size_lf,
    payload,
    payload_cr,
    payload_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    failed,
  };

  enum class Part : std::uint8_t { framing, extension, payload, trailer };

  // A run of bytes of one kind at the front of those given.
  struct Run {
    std::size_t size = 0;
    Part part = Part::framing;
  };

  bool is_over() const { return state_ == State::ended || state_ == State::failed; }
  Run next_run(std::string_view text);
  Run payload_run(std::string_view text, State then);
  Part part_of(char c) const;
  void step(char c);
  void step_size(char c);
  void step_extension(char c);
  void end_extension(char c);
  void step_trailer(char c);
  void begin_trailer(char c);
  void expect(char wanted, char c, State then, Reason otherwise);
  void count(std::size_t most, Reason reason);
  void note_name(char c);
  bool name_is_forbidden() const;
  void fail(Reason reason);

  // Of a trailer's name its letters and digits are kept, in lower case: enough to tell the
  // forbidden names and all that look like them. A longer name is none of them.
  static constexpr std::size_t kNameSize = 17;

  BodyLimits limits_;
  std::uint64_t left_ = 0;
  std::size_t line_size_ = 0;  // of the chunk line, or of all trailers
  State state_ = State::ended;
  Reason reason_ = Reason::none;
  std::uint8_t digits_ = 0;
  std::uint8_t name_size_ = 0;
  std::array<char, kNameSize> name_{};
};

// The line in front of a chunk of a re-chunked body, held in the object.
class ChunkHeader {
 public:
  // `size` must not be 0: that would end the body.
  explicit ChunkHeader(std::uint64_t size);

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 18> text_;  // sixteen digits and CRLF
  std::size_t size_ = 0;
};

inline constexpr std::string_view kChunkEnd = "\r\n";    // after the payload of a chunk
inline constexpr std::string_view kLastChunk = "0\r\n";  // then trailers, if any, and kChunkEnd

}  // namespace firedrill::http
