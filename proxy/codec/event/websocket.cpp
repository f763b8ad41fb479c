#include "proxy/codec/event/websocket.h"

#include <algorithm>
#include <array>

namespace firedrill::event {
namespace {

constexpr std::string_view kTextType = "text";
constexpr std::string_view kBinaryType = "binary";

// The header of the first frame of a message, which says most about it.
WebSocketHeader header_of_message(ByteView raw) {
  WebSocketFrames frames(raw);
  while (const auto frame = frames.next()) {
    if (!frame->header.is_control()) return frame->header;
  }
  return {};
}

}  // namespace

WebSocketCodec::WebSocketCodec(const Options& options)
    : max_event_bytes_(options.max_event_bytes) {}

std::optional<Piece> WebSocketCodec::next() {
  while (!failed_ && !buffer_.unseen().empty()) {
    if (in_frame_) {
      const auto part = std::min<std::uint64_t>(left_, buffer_.unseen().size());
      buffer_.advance(static_cast<std::size_t>(part));
      left_ -= part;
    } else {
      begin_frame();
    }
    if (!in_frame_ || left_ > 0) continue;
    in_frame_ = false;
    if (!in_message_) return Passthrough{buffer_.take()};
    if (frame_.last && !frame_.is_control()) return end_message();
  }
  if (failed_ || opaque_) {
    if (const ByteView all = buffer_.take_all(); !all.empty()) return Passthrough{all};
    return std::nullopt;
  }
  // What was unmasked of a long message is not worth its memory once that has gone.
  if (message_.capacity() > PieceBuffer::kKeptCapacity) Bytes().swap(message_);
  buffer_.hold();
  return std::nullopt;
}

// Only a header that two buffers share is copied.
void WebSocketCodec::begin_frame() {
  const ByteView unseen = buffer_.unseen();
  const std::size_t before = split_header_.size();
  const ByteView more = unseen.first(std::min(unseen.size(), WebSocketHeader::kLongest));
  if (before > 0) split_header_.insert(split_header_.end(), more.begin(), more.end());
  const auto header = WebSocketHeader::read(before > 0 ? ByteView(split_header_) : unseen);
  if (!header) {
    if (before == 0) split_header_.assign(unseen.begin(), unseen.end());
    buffer_.advance(unseen.size());
    return;
  }
  split_header_.clear();
  // A continuation goes on with a message that has begun, and nothing else does.
  const bool continues = header->opcode == WebSocketHeader::kContinuation;
  failed_ = !header->is_valid() || (!header->is_control() && continues != in_message_);
  if (failed_) return;
  buffer_.advance(header->size - before);
  take_header(*header);
}

void WebSocketCodec::take_header(const WebSocketHeader& header) {
  frame_ = header;
  left_ = header.payload;
  in_frame_ = true;
  masked_ = header.masked;
  if (!header.is_control()) {
    if (!in_message_) opcode_ = header.opcode;
    in_message_ = true;
    opaque_ = opaque_ || header.reserved != 0;
  }
  if (in_message_ && !opaque_ && buffer_.size() + left_ > max_event_bytes_) {
    opaque_ = true;
    ++oversized_;
  }
}

Piece WebSocketCodec::end_message() {
  const ByteView raw = buffer_.take();
  const bool unread = opaque_;
  in_message_ = false;
  opaque_ = false;
  if (unread) return Passthrough{raw};
  Event event{.raw = raw,
              .payload = {},
              .type = opcode_ == WebSocketHeader::kText ? kTextType : kBinaryType,
              .id = {}};
  const bool single = frame_.size + frame_.payload == raw.size();
  if (single && !frame_.masked) {
    event.payload = as_text(raw.subspan(frame_.size));
    return event;
  }
  message_.clear();
  WebSocketFrames frames(raw);
  while (const auto frame = frames.next()) {
    if (!frame->header.is_control()) append_masked(message_, frame->payload, frame->header);
  }
  event.payload = as_text(message_);
  return event;
}

Bytes WebSocketCodec::remainder(const Event& event) const {
  Bytes controls;
  WebSocketFrames frames(event.raw);
  while (const auto frame = frames.next()) {
    if (!frame->header.is_control()) continue;
    controls.insert(controls.end(), frame->raw.begin(), frame->raw.end());
  }
  return controls;
}

Bytes WebSocketCodec::encode(const Event& event, std::string_view payload) const {
  Bytes bytes = remainder(event);
  append_frame(bytes, payload, header_of_message(event.raw));
  return bytes;
}

std::optional<Bytes> WebSocketCodec::encode_close(std::uint16_t code) const {
  const std::array<char, 2> text{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  Bytes bytes;
  append_frame(bytes, {text.data(), text.size()},
               {.opcode = WebSocketHeader::kClose, .masked = masked_});
  return bytes;
}

Bytes WebSocketCodec::encode_new(const Draft& draft, const Event& like) const {
  WebSocketHeader header = header_of_message(like.raw);
  header.masked = masked_;
  header.opcode = draft.type == kBinaryType ? WebSocketHeader::kBinary : WebSocketHeader::kText;
  Bytes bytes;
  append_frame(bytes, draft.payload, header);
  return bytes;
}

}  // namespace firedrill::event
