#include "proxy/codec/event/nats.h"

#include <algorithm>
#include <cstring>

namespace firedrill::event {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestLine = 64_KiB;  // INFO of a large cluster, CONNECT with its tokens

// How many bytes of `text` come up to its first LF, with it; all when there is none.
std::size_t line_length(ByteView text) {
  const void* found = std::memchr(text.data(), '\n', text.size());
  if (found == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const std::byte*>(found) - text.data()) + 1;
}

// Whether a message is of the protocol's own traffic and not of its users'.
bool is_internal(const NatsLine& line) {
  if (line.reply.starts_with("$JS.ACK.")) return false;
  return line.subject.starts_with("_INBOX.") || line.subject.starts_with("$JS.") ||
         line.subject.starts_with("$SYS.");
}

// Heartbeats, flow control and errors: headers that begin with a status instead of nothing.
bool is_status(std::string_view headers) {
  constexpr std::string_view kVersion = "NATS/1.0";
  return headers.starts_with(kVersion) && !headers.substr(kVersion.size()).starts_with(kLineEnd);
}

// The fields behind the version, each on a line of its own up to an empty one.
std::vector<EventHeader> headers_of(std::string_view text) {
  std::vector<EventHeader> headers;
  std::size_t begin = text.find(kLineEnd);
  while (begin != std::string_view::npos) {
    begin += kLineEnd.size();
    const std::size_t end = text.find(kLineEnd, begin);
    const std::string_view line =
        text.substr(begin, end == std::string_view::npos ? 0 : end - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) break;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    headers.push_back({.name = line.substr(0, colon), .value = value});
    begin = end;
  }
  return headers;
}

Bytes bytes_of(const std::string& text) {
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

// The raw image of an event in parts.
struct Image {
  NatsLine line;
  std::string_view headers;
  std::string_view payload;
};

Image image_of(ByteView raw) {
  const std::string_view text = as_text(raw);
  const std::size_t length = line_length(raw);
  const NatsLine line = read_nats_line(text.substr(0, length));
  const std::string_view body = text.substr(length);
  return {.line = line,
          .headers = body.substr(0, line.headers),
          .payload = body.substr(line.headers, line.total - line.headers)};
}

}  // namespace

NatsCodec::NatsCodec(const Options& options) : max_event_bytes_(options.max_event_bytes) {}

std::optional<Piece> NatsCodec::next() {
  while (!failed_ && !buffer_.unseen().empty()) {
    if (!in_message_) {
      if (const auto piece = read_line()) return piece;
      continue;
    }
    const std::size_t part = std::min(left_, buffer_.unseen().size());
    buffer_.advance(part);
    left_ -= part;
    if (left_ == 0) return end_message();
  }
  if (failed_ || opaque_) {
    if (const ByteView all = buffer_.take_all(); !all.empty()) return Passthrough{all};
    return std::nullopt;
  }
  buffer_.hold();
  return std::nullopt;
}

// Goes on to the end of the line. A piece, when the line is one.
std::optional<Piece> NatsCodec::read_line() {
  const ByteView unseen = buffer_.unseen();
  const std::size_t length = line_length(unseen);
  std::string_view line = as_text(unseen.first(length));
  const bool ended = line.ends_with('\n');
  if (!ended || !split_line_.empty()) {
    split_line_ += line;
    line = split_line_;
  }
  failed_ = line.size() > kLongestLine;
  if (failed_) return std::nullopt;
  buffer_.advance(length);
  if (!ended) return std::nullopt;
  const NatsLine read = read_nats_line(line);
  const std::size_t line_size = line.size();
  split_line_.clear();
  switch (read.kind) {
    case NatsLine::Kind::message:
      in_message_ = true;
      left_ = read.total + kLineEnd.size();
      opaque_ = line_size + left_ > max_event_bytes_;
      if (opaque_) ++oversized_;
      return std::nullopt;
    case NatsLine::Kind::info:
      return end_line();
    case NatsLine::Kind::other:
      return Passthrough{buffer_.take()};
    case NatsLine::Kind::unknown:
      failed_ = true;
      break;
  }
  return std::nullopt;
}

Piece NatsCodec::end_line() {
  const ByteView raw = buffer_.take();
  auto changed = without_other_servers(as_text(raw));
  if (!changed) return Passthrough{raw};
  instead_ = std::move(*changed);
  return Rewritten{.raw = raw, .instead = as_bytes(instead_)};
}

Piece NatsCodec::end_message() {
  const ByteView raw = buffer_.take();
  const bool unread = opaque_;
  in_message_ = false;
  opaque_ = false;
  // Of one that passes unread, the last byte is all that is there for certain.
  failed_ = raw.back() != std::byte{'\n'} || (!unread && !as_text(raw).ends_with(kLineEnd));
  if (unread || failed_) return Passthrough{raw};
  const Image image = image_of(raw);
  if (is_internal(image.line) || is_status(image.headers)) return Passthrough{raw};
  Event event{
      .raw = raw, .payload = image.payload, .type = {}, .id = {}, .channel = image.line.subject};
  headers_ = headers_of(image.headers);
  event.headers = headers_;
  if (const auto origin = jetstream_origin(image.line.reply)) {
    id_.assign(origin->stream).append("/").append(origin->sequence);
    event.id = id_;
    event.delivery = origin->delivery;
  }
  return event;
}

Bytes NatsCodec::encode(const Event& event, std::string_view payload) const {
  const Image image = image_of(event.raw);
  std::string text(image.line.addressed);
  if (image.line.has_headers()) text.append(std::to_string(image.headers.size())).append(" ");
  text.append(std::to_string(image.headers.size() + payload.size())).append(kLineEnd);
  text.append(image.headers).append(payload).append(kLineEnd);
  return bytes_of(text);
}

Bytes NatsCodec::encode_new(const Draft& draft, const Event& like) const {
  if (like.raw.empty()) return {};
  const NatsLine line = image_of(like.raw).line;
  std::string text(line.addressed.substr(line.has_headers() ? 1 : 0));
  text.append(std::to_string(draft.payload.size())).append(kLineEnd);
  text.append(draft.payload).append(kLineEnd);
  return bytes_of(text);
}

}  // namespace firedrill::event
