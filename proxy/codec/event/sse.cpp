#include "proxy/codec/event/sse.h"

#include "proxy/codec/event/sse_fields.h"

#include <algorithm>
#include <array>

namespace firedrill::event {
namespace {

// What an event without a name is called.
constexpr std::string_view kDefaultType = "message";

constexpr std::array kByteOrderMark{std::byte{0xef}, std::byte{0xbb}, std::byte{0xbf}};

void append(Bytes& bytes, std::string_view text) {
  const ByteView view = as_bytes(text);
  bytes.insert(bytes.end(), view.begin(), view.end());
}

// A payload as data lines: every LF, CRLF or CR in it begins another.
void append_data(Bytes& bytes, std::string_view payload, const SseStyle& style) {
  std::string_view rest = payload;
  for (;;) {
    const auto stop = rest.find_first_of("\r\n");
    const std::string_view line = rest.substr(0, stop);
    append(bytes, line.starts_with(' ') ? "data: " : style.prefix);
    append(bytes, line);
    append(bytes, style.end);
    if (stop == std::string_view::npos) return;
    rest.remove_prefix(stop + (rest.substr(stop).starts_with("\r\n") ? 2 : 1));
  }
}

void append_field(Bytes& bytes, std::string_view name, std::string_view value,
                  std::string_view end) {
  append(bytes, name);
  append(bytes, ": ");
  append(bytes, value.substr(0, value.find_first_of("\r\n")));
  append(bytes, end);
}

}  // namespace

SseCodec::SseCodec(const Options& options) : max_event_bytes_(options.max_event_bytes) {}

void SseCodec::feed(ByteView bytes) {
  buffer_.feed(bytes);
  ends_ = LineEnds(as_text(bytes));
}

std::optional<Piece> SseCodec::next() {
  if (at_start_) {
    const auto mark = byte_order_mark();
    if (mark || at_start_) return mark;
  }
  while (!buffer_.unseen().empty()) {
    const Ended ended = step();
    if (ended == Ended::block) return end_block();
    if (ended == Ended::line && !in_block_) return Passthrough{buffer_.take()};
    if (in_block_ && !opaque_ && !awaiting_lf_ && buffer_.size() > max_event_bytes_) {
      opaque_ = true;
      ++oversized_;
    }
  }
  const bool may_leave = opaque_ || !in_block_;
  if (may_leave && buffer_.size() > 0) return Passthrough{buffer_.take()};
  buffer_.hold();
  return std::nullopt;
}

// The mark is a piece of its own: as a part of the first event, it would be repeated or lost with
// it.
std::optional<Piece> SseCodec::byte_order_mark() {
  while (!buffer_.unseen().empty()) {
    if (buffer_.unseen().front() != kByteOrderMark[mark_]) {
      at_start_ = false;
      if (mark_ > 0) {
        line_ = Line::field;
        in_block_ = true;
      }
      return std::nullopt;
    }
    buffer_.advance(1);
    if (++mark_ == kByteOrderMark.size()) {
      at_start_ = false;
      return Passthrough{buffer_.take()};
    }
  }
  buffer_.hold();
  return std::nullopt;
}

// Looks at the bytes up to the next line end, and says what has ended with them.
SseCodec::Ended SseCodec::step() {
  const std::string_view unseen = as_text(buffer_.unseen());
  const char* begin = unseen.data();
  if (after_cr_ && *begin == '\n') {
    buffer_.advance(1);
    after_cr_ = false;
    ending_ = Ending::crlf;
    return awaiting_lf_ ? Ended::block : Ended::line;
  }
  after_cr_ = false;
  if (awaiting_lf_) return Ended::block;

  const char* stop = ends_.next(begin);
  if (stop != begin && line_ == Line::empty) {
    line_ = *begin == ':' ? Line::comment : Line::field;
    in_block_ = in_block_ || line_ == Line::field;
  }
  const auto length = static_cast<std::size_t>(stop - begin);
  buffer_.advance(std::min(length + 1, unseen.size()));
  return length == unseen.size() ? Ended::nothing : end_line(*stop);
}

// A CR ends a line by itself, and an LF that follows belongs to it. Whether one will follow the
// blank line at the end of a block is told by the line before: a block of CRLF waits for it, and a
// block of CR is not held up.
SseCodec::Ended SseCodec::end_line(char terminator) {
  const bool blank = line_ == Line::empty;
  line_ = Line::empty;
  after_cr_ = terminator == '\r';
  if (!blank) {
    ending_ = after_cr_ ? Ending::cr : Ending::lf;
    return Ended::line;
  }
  if (!in_block_) return Ended::line;
  awaiting_lf_ = after_cr_ && ending_ == Ending::crlf && !opaque_;
  return awaiting_lf_ ? Ended::nothing : Ended::block;
}

Piece SseCodec::end_block() {
  const bool too_large = !opaque_ && buffer_.size() > max_event_bytes_;
  const bool unread = opaque_ || too_large;
  if (too_large) ++oversized_;
  awaiting_lf_ = false;
  in_block_ = false;
  opaque_ = false;
  const ByteView raw = buffer_.take();
  return unread ? Piece(Passthrough{raw}) : decode(raw);
}

Piece SseCodec::decode(ByteView raw) {
  Event event{.raw = raw, .payload = {}, .type = {}, .id = {}};
  std::size_t data_lines = 0;
  SseFields fields(as_text(raw));
  while (const auto field = fields.next()) {
    if (field->name == "data") {
      if (data_lines == 0) {
        event.payload = field->value;
      } else {
        if (data_lines == 1) joined_ = event.payload;
        joined_ += '\n';
        joined_ += field->value;
      }
      ++data_lines;
    } else if (field->name == "event") {
      event.type = field->value;
    } else if (field->name == "id" && field->value.find('\0') == std::string_view::npos) {
      event.id = field->value;
    }
  }
  if (data_lines == 0) return Passthrough{raw};
  if (data_lines > 1) event.payload = joined_;
  if (event.type.empty()) event.type = kDefaultType;
  return event;
}

// The new data lines stand where the last one stood and end as it did, so that whatever follows
// them still means the same.
Bytes SseCodec::encode(const Event& event, std::string_view payload) const {
  const std::string_view block = as_text(event.raw);
  const SseStyle style = style_of(block);
  Bytes bytes;
  bytes.reserve(block.size() + payload.size());
  SseFields fields(block);
  while (const auto field = fields.next()) {
    if (field->name != "data") {
      append(bytes, field->line);
    } else if (field->line.data() == style.line.data()) {
      append_data(bytes, payload, style);
    }
  }
  return bytes;
}

Bytes SseCodec::encode_new(const Draft& draft, const Event& like) const {
  const SseStyle style = style_of(as_text(like.raw));
  Bytes bytes;
  const bool named = !draft.type.empty() && draft.type != kDefaultType;
  if (named) append_field(bytes, "event", draft.type, style.end);
  if (!draft.id.empty()) append_field(bytes, "id", draft.id, style.end);
  append_data(bytes, draft.payload, style);
  append(bytes, style.end);
  return bytes;
}

}  // namespace firedrill::event
