// Relaying and decoding a chunked body must agree, however its bytes are cut, and what is relayed
// must be read again as the same body. The first byte of the input says how it is cut.

#include "proxy/codec/http/body.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::http {
namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string out;
  std::string trailers;
  std::size_t consumed = 0;
  bool ended = false;
  Reason reason = Reason::none;
};

void take(const BodyReader::Relayed& step, Outcome& outcome) {
  outcome.out += as_text(step.forward);
  outcome.consumed += step.consumed;
  outcome.ended = step.ended;
  outcome.reason = step.reason;
}

void take(const BodyReader::Decoded& step, Outcome& outcome) {
  check(step.payload.empty() || step.trailer.empty());
  outcome.out += as_text(step.payload);
  outcome.trailers += as_text(step.trailer);
  outcome.consumed += step.consumed;
  outcome.ended = step.ended;
  outcome.reason = step.reason;
}

bool over(const Outcome& outcome) {
  return outcome.ended || outcome.reason != Reason::none;
}

// Gives `body` in parts of `part` bytes, each in a heap block of its own, to `step`.
template <class Step>
Outcome read(ByteView body, std::size_t part, Step step) {
  Outcome outcome;
  for (std::size_t at = 0; at < body.size() && !over(outcome); at += part) {
    const ByteView view = body.subspan(at, std::min(part, body.size() - at));
    const std::vector<std::byte> copy(view.begin(), view.end());
    const std::size_t before = outcome.consumed;
    while (outcome.consumed - before < copy.size() && !over(outcome)) {
      const std::size_t consumed = outcome.consumed;
      take(step(ByteView(copy).subspan(consumed - before)), outcome);
      check(outcome.consumed > consumed || over(outcome));
    }
  }
  return outcome;
}

constexpr Framing kChunked{.kind = Framing::Kind::chunked};

Outcome relay(ByteView body, std::size_t part) {
  BodyReader reader(kChunked);
  return read(body, part, [&](ByteView bytes) { return reader.relay(bytes); });
}

Outcome decode(ByteView body, std::size_t part) {
  BodyReader reader(kChunked);
  return read(body, part, [&](ByteView bytes) { return reader.decode(bytes); });
}

bool same(const Outcome& a, const Outcome& b) {
  return a.out == b.out && a.trailers == b.trailers && a.consumed == b.consumed &&
         a.ended == b.ended && a.reason == b.reason;
}

// A session that switches a codec on and off in mid-body: it relays, or decodes and writes chunks
// of its own, and changes from one to the other wherever the place allows it.
class Mixer {
 public:
  void take_part(ByteView part) {
    if (reader_.place() != BodyReader::Place::in_framing) change();
    while (!part.empty() && !reader_.ended())
      part = part.subspan(decoding_ ? decode(part) : relay(part));
  }

  const std::string& out() const { return out_; }

 private:
  void change() {
    if (decoding_ && announced_ == 0 && reader_.chunk_left() != 0) {
      out_ += ChunkHeader(reader_.chunk_left()).text();
    }
    decoding_ = !decoding_;
    announced_ = reader_.chunk_left();
  }

  std::size_t relay(ByteView bytes) {
    const auto step = reader_.relay(bytes);
    check(step.reason == Reason::none);
    out_ += as_text(step.forward);
    return step.consumed;
  }

  std::size_t decode(ByteView bytes) {
    const auto step = reader_.decode(bytes);
    check(step.reason == Reason::none);
    if (!step.payload.empty()) write(as_text(step.payload));
    trailers_ += as_text(step.trailer);
    if (step.ended) out_ += std::string(kLastChunk) + trailers_ + std::string(kChunkEnd);
    return step.consumed;
  }

  void write(std::string_view payload) {
    const bool in_announced = announced_ != 0;
    if (!in_announced) out_ += ChunkHeader(payload.size()).text();
    out_ += payload;
    if (in_announced) announced_ -= payload.size();
    if (announced_ == 0) out_ += kChunkEnd;
  }

  BodyReader reader_{kChunked};
  bool decoding_ = false;
  std::uint64_t announced_ = 0;  // what a chunk whose header has been sent still lacks
  std::string trailers_;
  std::string out_;
};

std::string mix(ByteView body, std::size_t part) {
  Mixer mixer;
  for (std::size_t at = 0; at < body.size(); at += part) {
    mixer.take_part(body.subspan(at, std::min(part, body.size() - at)));
  }
  return mixer.out();
}

void check_body(ByteView body, std::size_t part) {
  const Outcome relayed = relay(body, body.size());
  const Outcome decoded = decode(body, body.size());
  check(relayed.consumed == decoded.consumed && relayed.ended == decoded.ended &&
        relayed.reason == decoded.reason);
  check(same(relayed, relay(body, part)));
  check(same(decoded, decode(body, part)));

  const Outcome again = decode(as_bytes(relayed.out), relayed.out.size());
  check(again.out == decoded.out);
  if (!relayed.ended) return;
  check(again.ended && again.trailers == decoded.trailers);
  check(again.consumed == relayed.out.size());
  check(relay(as_bytes(relayed.out), part).out == relayed.out);  // nothing is left to drop

  const std::string mixed = mix(body.first(relayed.consumed), part);
  const Outcome unmixed = decode(as_bytes(mixed), mixed.size());
  check(unmixed.ended && unmixed.out == decoded.out && unmixed.trailers == decoded.trailers);
}

}  // namespace
}  // namespace firedrill::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto body = std::as_bytes(std::span(data, size)).subspan(1);
  firedrill::http::check_body(body, data[0] % 32U + 1U);
  return 0;
}
