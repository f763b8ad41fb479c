#include "proxy/codec/event/framed.h"

#include <algorithm>

namespace firedrill::event {

FramedCodec::FramedCodec(const Options& options)
    : max_event_bytes_(options.max_event_bytes), max_length_(options.max_length) {}

FramedCodec::Header FramedCodec::sized(std::size_t header, std::uint64_t payload,
                                       std::size_t trailer) const {
  if (payload > max_length_) return wrong();
  return {.state = Header::State::complete, .size = header, .payload = payload, .trailer = trailer};
}

std::optional<Piece> FramedCodec::next() {
  while (!failed_ && !buffer_.unseen().empty()) {
    if (in_frame_) {
      const auto part = std::min<std::uint64_t>(left_, buffer_.unseen().size());
      buffer_.advance(static_cast<std::size_t>(part));
      left_ -= part;
    } else {
      begin_frame();
    }
    if (in_frame_ && left_ == 0) return end_frame();
  }
  if (failed_ || opaque_) {
    if (const ByteView all = buffer_.take_all(); !all.empty()) return Passthrough{all};
    return std::nullopt;
  }
  buffer_.hold();
  return std::nullopt;
}

// Only a header that two buffers share is copied.
void FramedCodec::begin_frame() {
  const ByteView unseen = buffer_.unseen();
  const std::size_t before = split_header_.size();
  if (before == 0) {
    header_ = read_header(unseen);
  } else {
    const ByteView more = unseen.first(std::min(unseen.size(), kLongest));
    split_header_.insert(split_header_.end(), more.begin(), more.end());
    header_ = read_header(split_header_);
  }
  switch (header_.state) {
    case Header::State::incomplete:
      if (before == 0) split_header_.assign(unseen.begin(), unseen.end());
      buffer_.advance(unseen.size());
      break;
    case Header::State::wrong:
      failed_ = true;
      break;
    case Header::State::complete:
      buffer_.advance(header_.size - before);
      split_header_.clear();
      left_ = header_.payload + header_.trailer;
      in_frame_ = true;
      opaque_ = header_.size + left_ > max_event_bytes_;
      if (opaque_) ++oversized_;
      break;
  }
}

Piece FramedCodec::end_frame() {
  const ByteView raw = buffer_.take();
  const bool unread = opaque_;
  in_frame_ = false;
  opaque_ = false;
  failed_ = !may_end_with(raw.back());
  if (unread || failed_) return Passthrough{raw};
  const auto payload = raw.subspan(header_.size, static_cast<std::size_t>(header_.payload));
  return Event{.raw = raw, .payload = as_text(payload), .type = {}, .id = {}};
}

}  // namespace firedrill::event
