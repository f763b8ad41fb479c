#include "proxy/codec/http/body.h"

#include "tests/codec/http_scan.h"

#include <algorithm>

namespace firedrill::http {
namespace {

constexpr Framing kChunked{.kind = Framing::Kind::chunked};

struct Read {
  std::string out;  // forwarded, or the payload
  std::string trailers;
  std::size_t consumed = 0;
  bool ended = false;
  Reason reason = Reason::none;
  bool operator==(const Read&) const = default;
};

void PrintTo(const Read& read, std::ostream* out) {
  *out << "{out: " << read.out << ", trailers: " << read.trailers << ", consumed: " << read.consumed
       << ", ended: " << read.ended << ", reason: " << text_of(read.reason) << "}";
}

enum class Use { relay, decode };

// Gives `part` to the reader until it is consumed or the body is over, and adds to `read`.
void feed(BodyReader& reader, Use use, std::string_view part, Read& read) {
  while (!part.empty() && !read.ended && read.reason == Reason::none) {
    std::size_t consumed = 0;
    if (use == Use::relay) {
      const auto step = reader.relay(as_bytes(part));
      read.out += as_text(step.forward);
      read.ended = step.ended;
      read.reason = step.reason;
      consumed = step.consumed;
    } else {
      const auto step = reader.decode(as_bytes(part));
      read.out += as_text(step.payload);
      read.trailers += as_text(step.trailer);
      read.ended = step.ended;
      read.reason = step.reason;
      consumed = step.consumed;
    }
    ASSERT_LE(consumed, part.size());
    read.consumed += consumed;
    part.remove_prefix(consumed);
  }
}

// Reads a body whole, cut in two at every offset and byte by byte; all must agree.
Read read_split(Use use, std::string_view body, const Framing& framing = kChunked) {
  const auto read_in = [&](std::size_t first, std::size_t rest) {
    BodyReader reader(framing);
    Read read;
    read.ended = reader.ended();
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t size = at == 0 ? first : rest;
      const std::vector<char> part(
          body.begin() + static_cast<std::ptrdiff_t>(at),
          body.begin() + static_cast<std::ptrdiff_t>(std::min(at + size, body.size())));
      feed(reader, use, {part.data(), part.size()}, read);
      at += size;
    }
    return read;
  };
  const Read whole = read_in(body.size(), 1);
  EXPECT_EQ(read_in(1, 1), whole) << body;
  for (std::size_t cut = 1; cut < body.size(); ++cut) {
    EXPECT_EQ(read_in(cut, body.size()), whole) << "cut at " << cut << " of " << body;
  }
  return whole;
}

Read relay(std::string_view body) {
  return read_split(Use::relay, body);
}
Read decode(std::string_view body) {
  return read_split(Use::decode, body);
}

// Why chunks are refused; both uses must agree.
Reason reason_of(std::string_view body) {
  const Reason reason = relay(body).reason;
  EXPECT_EQ(decode(body).reason, reason) << body;
  return reason;
}

Reason reason_of_line(std::string_view line) {
  return reason_of(std::string(line) + "\r\nabc\r\n0\r\n\r\n");
}

Reason reason_of_trailers(std::string_view lines) {
  return reason_of("0\r\n" + std::string(lines) + "\r\n");
}

TEST(HttpBody, WithoutFramingHasEndedAtOnce) {
  EXPECT_TRUE(BodyReader(Framing{}).ended());
  EXPECT_TRUE(BodyReader({.kind = Framing::Kind::length, .length = 0}).ended());
  BodyReader reader(Framing{});
  const auto relayed = reader.relay(as_bytes("GET"));
  EXPECT_EQ(relayed.consumed, 0U);
  EXPECT_TRUE(relayed.ended);
}

TEST(HttpBody, OfKnownLengthEndsThere) {
  const Framing framing{.kind = Framing::Kind::length, .length = 5};
  const Read expected{.out = "hello", .trailers = {}, .consumed = 5, .ended = true};
  EXPECT_EQ(read_split(Use::relay, "hello, next", framing), expected);
  EXPECT_EQ(read_split(Use::decode, "hello, next", framing), expected);

  BodyReader reader(framing);
  EXPECT_EQ(reader.relay(as_bytes("hel")).consumed, 3U);
  EXPECT_EQ(reader.chunk_left(), 2U);
  EXPECT_FALSE(reader.complete_at_close());
}

TEST(HttpBody, UntilCloseNeverEndsByItself) {
  const Framing framing{.kind = Framing::Kind::until_close};
  const Read expected{.out = "0\r\n\r\n", .trailers = {}, .consumed = 5};
  EXPECT_EQ(read_split(Use::relay, "0\r\n\r\n", framing), expected);
  EXPECT_EQ(read_split(Use::decode, "0\r\n\r\n", framing), expected);
  EXPECT_TRUE(BodyReader(framing).complete_at_close());
}

TEST(HttpChunks, AreRelayedAsTheyCame) {
  const std::string body = "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n";
  EXPECT_EQ(relay(body + "GET"),
            (Read{.out = body, .trailers = {}, .consumed = body.size(), .ended = true}));
}

TEST(HttpChunks, AreRelayedInOnePiece) {
  const std::string body = "5\r\nhello\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n";
  BodyReader reader(kChunked);
  const auto relayed = reader.relay(as_bytes(body));
  EXPECT_EQ(relayed.consumed, body.size());
  EXPECT_EQ(as_text(relayed.forward), body);
  EXPECT_TRUE(relayed.ended);
}

TEST(HttpChunks, AreDecodedToPayloadAndTrailers) {
  const std::string body = "5\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\nY: 2\r\n\r\n";
  EXPECT_EQ(decode(body + "GET"), (Read{.out = "hello!",
                                        .trailers = "X-T: 1\r\nY: 2\r\n",
                                        .consumed = body.size(),
                                        .ended = true}));
}

TEST(HttpChunks, DropExtensions) {
  const std::string good = "5;a\r\nhello\r\n3;b=c;d=\"e; \\\"\";f\r\nabc\r\n0;g\r\n\r\n";
  EXPECT_EQ(relay(good).out, "5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(relay(good).consumed, good.size());
  EXPECT_TRUE(relay(good).ended);
  EXPECT_EQ(decode(good).out, "helloabc");
}

TEST(HttpChunks, SplitTheRelayAtAnExtension) {
  BodyReader reader(kChunked);
  const std::string_view body = "5\r\nhello\r\n3;x=y\r\nabc\r\n";
  const auto first = reader.relay(as_bytes(body));
  EXPECT_EQ(as_text(first.forward), "5\r\nhello\r\n3");
  EXPECT_EQ(first.consumed, 15U);
  const auto second = reader.relay(as_bytes(body.substr(first.consumed)));
  EXPECT_EQ(as_text(second.forward), "\r\nabc\r\n");
}

TEST(HttpChunks, HaveAStrictSize) {
  EXPECT_EQ(reason_of_line("3"), Reason::none);
  EXPECT_EQ(reason_of_line("0000000000000003"), Reason::none);
  for (const auto line : {"00000000000000003", "", "+3", "-3", " 3", "3 ", "\t3", "3\t", "0x3",
                          "3h", "g", "3,", "\n", "3\x0B", "3 ;a", "\x80"}) {
    EXPECT_EQ(reason_of_line(line), Reason::bad_chunk_size) << line;
  }
  EXPECT_EQ(reason_of("3\nabc\r\n0\r\n\r\n"), Reason::bad_chunk_size);
  EXPECT_EQ(reason_of("3\rXabc\r\n0\r\n\r\n"), Reason::bad_chunk_size);
  EXPECT_EQ(reason_of("\r\n3\r\nabc\r\n0\r\n\r\n"), Reason::bad_chunk_size);
}

TEST(HttpChunks, MayBeAsLongAs64BitsSay) {
  BodyReader reader(kChunked);
  EXPECT_EQ(reader.relay(as_bytes("FFFFFFFFFFFFFFFf\r\nab")).reason, Reason::none);
  EXPECT_EQ(reader.chunk_left(), 0xFFFF'FFFF'FFFF'FFFDULL);
}

TEST(HttpChunks, HaveCheckedExtensions) {
  for (const auto line :
       {"3;a", "3;a=b", "3;a=\"\"", "3;a=\"b c\"", "3;a=\"\\\t\"", "3;a;b;c=d", "3;a=\"\xE9\""}) {
    EXPECT_EQ(reason_of_line(line), Reason::none) << line;
  }
  for (const auto line :
       {"3;", "3;;a", "3; a", "3;a ", "3;a =b", "3;a= b", "3;a=", "3;=b", "3;a=b=c", "3;a=\"b",
        "3;a=\"b\"c", "3;a=\"\\\x01\"", "3;a=b\"", "3;a,b", "3;a\x01", "3;a\n", "3;a=\"\n\""}) {
    EXPECT_EQ(reason_of_line(line), Reason::bad_chunk_extension) << line;
  }
  EXPECT_EQ(reason_of("3;a\rabc"), Reason::bad_chunk_size);
}

TEST(HttpChunks, HaveLinesOf256BytesAtMost) {
  const auto line_of = [](std::size_t size) { return "3;" + std::string(size - 4, 'x'); };
  EXPECT_EQ(reason_of_line(line_of(256)), Reason::none);
  EXPECT_EQ(reason_of_line(line_of(257)), Reason::chunk_line_too_long);
  EXPECT_EQ(reason_of("3;" + std::string(300, 'x')), Reason::chunk_line_too_long);
  // The limit is for each line.
  EXPECT_EQ(reason_of(line_of(200) + "\r\nabc\r\n" + line_of(200) + "\r\nabc\r\n0\r\n\r\n"),
            Reason::none);
}

TEST(HttpChunks, EndInCrLf) {
  EXPECT_EQ(reason_of("3\r\nabcd\r\n"), Reason::bad_chunk_end);
  EXPECT_EQ(reason_of("3\r\nab\r\n0\r\n"), Reason::bad_chunk_end);
  EXPECT_EQ(reason_of("3\r\nabc\n0\r\n"), Reason::bad_chunk_end);
  EXPECT_EQ(reason_of("3\r\nabc\r0\r\n"), Reason::bad_chunk_end);
}

TEST(HttpTrailers, AreReadLikeFields) {
  EXPECT_EQ(reason_of_trailers(""), Reason::none);
  EXPECT_EQ(reason_of_trailers("X-T: \t v\xE9\r\nY:\r\n"), Reason::none);
  EXPECT_EQ(reason_of_trailers("X T: v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_trailers("X-T : v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_trailers(": v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_trailers("X-T\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_trailers("X-T: v\r\n w\r\n"), Reason::folded_field);
  EXPECT_EQ(reason_of_trailers("\tX-T: v\r\n"), Reason::folded_field);
  EXPECT_EQ(reason_of_trailers("X-T: v\x01\r\n"), Reason::control_character);
  EXPECT_EQ(reason_of_trailers("X-T: v\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_trailers("X-T\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_trailers("X-T: v\rw"), Reason::bare_cr);
  EXPECT_EQ(reason_of("0\r\n\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of("0\r\n\rX"), Reason::bare_cr);
}

TEST(HttpTrailers, MayNotFrameOrRoute) {
  for (const auto name :
       {"Content-Length", "content_length", "TRANSFER-ENCODING", "Transfer.Encoding", "Host",
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade", "Expect",
        "Max-Forwards", "Authorization"}) {
    EXPECT_EQ(reason_of_trailers(std::string(name) + ": 1\r\n"), Reason::forbidden_trailer) << name;
    EXPECT_EQ(reason_of_trailers("A: b\r\n" + std::string(name) + ": 1\r\n"),
              Reason::forbidden_trailer)
        << name;
  }
  for (const auto name : {"X-Host", "Hosts", "Hos", "Transfer-Encoding-Extra-Long-Name", "---",
                          "ETag", "Transfer-Encodings"}) {
    EXPECT_EQ(reason_of_trailers(std::string(name) + ": 1\r\n"), Reason::none) << name;
  }
}

TEST(HttpTrailers, AreLimitedToFourKiB) {
  const auto reason_with_size = [](std::size_t size) {
    BodyReader reader(kChunked);
    const std::string lines = "X: " + std::string(size - 7, 'x') + "\r\n\r\n";
    return reader.relay(as_bytes("0\r\n" + lines)).reason;
  };
  EXPECT_EQ(reason_with_size(4_KiB), Reason::none);
  EXPECT_EQ(reason_with_size(4_KiB + 1), Reason::trailers_too_large);
}

TEST(HttpBody, ForwardsWhatPrecedesAnErrorAndNothingAfter) {
  BodyReader reader(kChunked);
  const auto relayed = reader.relay(as_bytes("3\r\nabc\r\nx\r\n"));
  EXPECT_EQ(as_text(relayed.forward), "3\r\nabc\r\n");
  EXPECT_EQ(relayed.reason, Reason::bad_chunk_size);
  EXPECT_FALSE(relayed.ended);
  const auto again = reader.relay(as_bytes("0\r\n\r\n"));
  EXPECT_EQ(again.consumed, 0U);
  EXPECT_EQ(again.reason, Reason::bad_chunk_size);
  EXPECT_FALSE(reader.complete_at_close());
}

TEST(HttpBody, SaysWhereRelayAndDecodeMayFollowEachOther) {
  using Place = BodyReader::Place;
  const std::string_view body = "3;x\r\nabc\r\n0\r\n\r\n";
  const std::vector<Place> expected{
      Place::in_framing,                                                               // 3
      Place::in_framing, Place::in_framing,     Place::in_framing, Place::in_payload,  // ;x CR LF
      Place::in_payload, Place::in_payload,     Place::in_framing,                     // abc
      Place::in_framing, Place::between_chunks,                                        // CR LF
      Place::in_framing, Place::in_framing,     Place::in_framing,                     // 0 CR LF
      Place::in_framing, Place::ended};                                                // CR LF
  BodyReader reader(kChunked);
  EXPECT_EQ(reader.place(), Place::between_chunks);
  std::vector<Place> places;
  for (const char& c : body) {
    EXPECT_EQ(reader.relay(as_bytes({&c, 1})).consumed, 1U);
    places.push_back(reader.place());
  }
  EXPECT_EQ(places, expected);
}

TEST(HttpBody, ChangesFromRelayToDecodeAndBackInMidChunk) {
  BodyReader reader(kChunked);
  const std::string_view body = "5\r\nhello\r\n4\r\nwide\r\n0\r\n\r\n";
  std::string sent;

  // Relayed up to "he": the chunk has been announced, so its rest is sent as it is decoded.
  sent += as_text(reader.relay(as_bytes(body.substr(0, 5))).forward);
  ASSERT_EQ(reader.chunk_left(), 3U);
  const auto rest = reader.decode(as_bytes(body.substr(5)));
  EXPECT_EQ(as_text(rest.payload), "llo");
  sent += std::string(as_text(rest.payload)) + std::string(kChunkEnd);

  // Decoded up to "wi", which goes as a chunk; then the two bytes that are left are announced anew.
  std::size_t at = 5 + rest.consumed;
  const auto part = reader.decode(as_bytes(body.substr(at, 7)));
  EXPECT_EQ(as_text(part.payload), "wi");
  at += part.consumed;
  sent += std::string(ChunkHeader(2).text()) + "wi" + std::string(kChunkEnd);
  ASSERT_EQ(reader.chunk_left(), 2U);
  sent += ChunkHeader(reader.chunk_left()).text();
  const auto last = reader.relay(as_bytes(body.substr(at)));
  sent += as_text(last.forward);
  EXPECT_TRUE(last.ended);

  EXPECT_EQ(sent, "5\r\nhello\r\n2\r\nwi\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(decode(sent).out, "hellowide");
}

TEST(HttpChunkHeader, IsHexadecimal) {
  EXPECT_EQ(ChunkHeader(1).text(), "1\r\n");
  EXPECT_EQ(ChunkHeader(0x1A2B).text(), "1a2b\r\n");
  EXPECT_EQ(ChunkHeader(0xFFFF'FFFF'FFFF'FFFFULL).text(), "ffffffffffffffff\r\n");
  EXPECT_EQ(std::string(kLastChunk) + std::string(kChunkEnd), "0\r\n\r\n");
}

}  // namespace
}  // namespace firedrill::http
