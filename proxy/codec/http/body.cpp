#include "proxy/codec/http/body.h"

#include "proxy/codec/http/chars.h"

#include <boost/assert.hpp>

#include <algorithm>
#include <charconv>

namespace firedrill::http {
namespace {

// What must not come in a trailer, since it was needed before: fields of framing, routing and
// connections, and credentials. Without punctuation, as names are compared.
constexpr std::array<std::string_view, 12> kForbiddenTrailers{
    "contentlength", "transferencoding", "host",        "connection",
    "keepalive",     "proxyconnection",  "te",          "trailer",
    "upgrade",       "expect",           "maxforwards", "authorization"};

}  // namespace

BodyReader::BodyReader(const Framing& framing, const BodyLimits& limits) : limits_(limits) {
  switch (framing.kind) {
    case Framing::Kind::none:
      state_ = State::ended;
      break;
    case Framing::Kind::length:
      left_ = framing.length;
      state_ = left_ == 0 ? State::ended : State::length;
      break;
    case Framing::Kind::chunked:
      state_ = State::size_start;
      break;
    case Framing::Kind::until_close:
      state_ = State::until_close;
      break;
  }
}

BodyReader::Relayed BodyReader::relay(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  std::size_t at = 0;
  std::size_t forward_begin = 0;
  std::size_t forward_end = 0;
  while (at < text.size() && !is_over()) {
    const Run run = next_run(text.substr(at));
    at += run.size;
    if (run.part != Part::extension) {
      forward_end = at;
    } else if (forward_begin == forward_end) {
      forward_begin = forward_end = at;
    } else {
      break;
    }
  }
  return {.consumed = at,
          .forward = bytes.subspan(forward_begin, forward_end - forward_begin),
          .ended = ended(),
          .reason = reason_};
}

BodyReader::Decoded BodyReader::decode(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  Decoded decoded;
  while (decoded.consumed < text.size() && !is_over()) {
    const Run run = next_run(text.substr(decoded.consumed));
    const ByteView seen = bytes.subspan(decoded.consumed, run.size);
    decoded.consumed += run.size;
    if (run.part == Part::payload) decoded.payload = seen;
    if (run.part == Part::trailer) decoded.trailer = seen;
    if (run.part == Part::payload || run.part == Part::trailer) break;
  }
  decoded.ended = ended();
  decoded.reason = reason_;
  return decoded;
}

BodyReader::Place BodyReader::place() const {
  switch (state_) {
    case State::ended:
      return Place::ended;
    case State::until_close:
    case State::length:
    case State::payload:
      return Place::in_payload;
    case State::size_start:
      return Place::between_chunks;
    default:
      return Place::in_framing;
  }
}

BodyReader::Run BodyReader::next_run(std::string_view text) {
  if (state_ == State::payload) return payload_run(text, State::payload_cr);
  if (state_ == State::length) return payload_run(text, State::ended);
  if (state_ == State::until_close) return {.size = text.size(), .part = Part::payload};

  Run run{.part = part_of(text.front())};
  for (const char c : text) {
    if (part_of(c) != run.part) break;
    step(c);
    if (state_ == State::failed) break;
    ++run.size;
    if (state_ == State::payload || state_ == State::ended) break;
  }
  return run;
}

BodyReader::Run BodyReader::payload_run(std::string_view text, State then) {
  const std::uint64_t size = std::min<std::uint64_t>(left_, text.size());
  left_ -= size;
  if (left_ == 0) state_ = then;
  return {.size = static_cast<std::size_t>(size), .part = Part::payload};
}

// Of which part the next byte is, if it is right at all.
BodyReader::Part BodyReader::part_of(char c) const {
  switch (state_) {
    case State::size_digits:
      return c == ';' ? Part::extension : Part::framing;
    case State::extension_name_start:
    case State::extension_name:
    case State::extension_value_start:
    case State::extension_token:
    case State::extension_quoted:
    case State::extension_escape:
    case State::extension_quoted_end:
      return c == '\r' ? Part::framing : Part::extension;
    case State::trailer_start:
      return c == '\r' ? Part::framing : Part::trailer;
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
      return Part::trailer;
    default:
      return Part::framing;
  }
}

void BodyReader::step(char c) {
  switch (state_) {
    case State::size_start:
    case State::size_digits:
    case State::size_lf:
      return step_size(c);
    case State::payload_cr:
      return expect('\r', c, State::payload_lf, Reason::bad_chunk_end);
    case State::payload_lf:
      line_size_ = 0;
      return expect('\n', c, State::size_start, Reason::bad_chunk_end);
    case State::trailer_start:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
    case State::last_lf:
      return step_trailer(c);
    default:
      return step_extension(c);
  }
}

void BodyReader::step_size(char c) {
  count(limits_.chunk_line, Reason::chunk_line_too_long);
  if (state_ == State::failed) return;
  if (state_ == State::size_lf) {
    const State then = left_ == 0 ? State::trailer_start : State::payload;
    line_size_ = 0;
    return expect('\n', c, then, Reason::bad_chunk_size);
  }
  if (state_ == State::size_start) left_ = digits_ = 0;
  if (const int digit = hex_digit(c); digit >= 0 && digits_ < 16) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    ++digits_;
    state_ = State::size_digits;
  } else if (c == '\r' && digits_ != 0) {
    state_ = State::size_lf;
  } else if (c == ';' && digits_ != 0) {
    state_ = State::extension_name_start;
  } else {
    fail(Reason::bad_chunk_size);
  }
}

// chunk-ext = *( ";" name [ "=" ( token / quoted-string ) ] ). The whitespace that RFC 9112 lets a
// recipient tolerate here is refused: nobody sends it, and it has been used to smuggle requests.
void BodyReader::step_extension(char c) {
  count(limits_.chunk_line, Reason::chunk_line_too_long);
  if (state_ == State::failed) return;
  switch (state_) {
    case State::extension_name_start:
      if (!is(kTokenChar, c)) return fail(Reason::bad_chunk_extension);
      state_ = State::extension_name;
      return;
    case State::extension_name:
      if (c == '=') {
        state_ = State::extension_value_start;
      } else if (!is(kTokenChar, c)) {
        end_extension(c);
      }
      return;
    case State::extension_value_start:
      if (c != '"' && !is(kTokenChar, c)) return fail(Reason::bad_chunk_extension);
      state_ = c == '"' ? State::extension_quoted : State::extension_token;
      return;
    case State::extension_token:
      if (!is(kTokenChar, c)) end_extension(c);
      return;
    case State::extension_quoted:
      if (!is(kValueChar, c)) return fail(Reason::bad_chunk_extension);
      if (c == '"') state_ = State::extension_quoted_end;
      if (c == '\\') state_ = State::extension_escape;
      return;
    case State::extension_escape:
      if (!is(kValueChar, c)) return fail(Reason::bad_chunk_extension);
      state_ = State::extension_quoted;
      return;
    default:
      return end_extension(c);
  }
}

void BodyReader::end_extension(char c) {
  if (c == ';') {
    state_ = State::extension_name_start;
  } else {
    expect('\r', c, State::size_lf, Reason::bad_chunk_extension);
  }
}

void BodyReader::step_trailer(char c) {
  count(limits_.trailers, Reason::trailers_too_large);
  if (state_ == State::failed) return;
  switch (state_) {
    case State::trailer_start:
      return begin_trailer(c);
    case State::trailer_name:
      if (is(kTokenChar, c)) return note_name(c);
      if (c != ':') return fail(c == '\n' ? Reason::bare_lf : Reason::bad_field_name);
      if (name_is_forbidden()) return fail(Reason::forbidden_trailer);
      state_ = State::trailer_value;
      return;
    case State::trailer_value:
      if (is(kValueChar, c)) return;
      return expect('\r', c, State::trailer_lf,
                    c == '\n' ? Reason::bare_lf : Reason::control_character);
    case State::trailer_lf:
      return expect('\n', c, State::trailer_start, Reason::bare_cr);
    default:
      return expect('\n', c, State::ended, Reason::bare_cr);
  }
}

void BodyReader::begin_trailer(char c) {
  if (c == '\r') {
    state_ = State::last_lf;
  } else if (is(kTokenChar, c)) {
    state_ = State::trailer_name;
    name_size_ = 0;
    note_name(c);
  } else if (c == ' ' || c == '\t') {
    fail(Reason::folded_field);
  } else {
    fail(c == '\n' ? Reason::bare_lf : Reason::bad_field_name);
  }
}

void BodyReader::expect(char wanted, char c, State then, Reason otherwise) {
  if (c != wanted) return fail(otherwise);
  state_ = then;
}

void BodyReader::count(std::size_t most, Reason reason) {
  if (++line_size_ > most) fail(reason);
}

void BodyReader::note_name(char c) {
  if (!is(kAlnumChar, c) || name_size_ == name_.size()) return;
  name_[name_size_++] = lower(c);
}

bool BodyReader::name_is_forbidden() const {
  const std::string_view name{name_.data(), name_size_};
  return std::ranges::find(kForbiddenTrailers, name) != kForbiddenTrailers.end();
}

void BodyReader::fail(Reason reason) {
  state_ = State::failed;
  reason_ = reason;
}

ChunkHeader::ChunkHeader(std::uint64_t size) {
  BOOST_ASSERT(size != 0);
  char* const end = std::to_chars(text_.data(), text_.data() + 16, size, 16).ptr;
  end[0] = '\r';
  end[1] = '\n';
  size_ = static_cast<std::size_t>(end + 2 - text_.data());
}

}  // namespace firedrill::http
