#include "proxy/codec/event/json_seq.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace firedrill::event {
namespace {

constexpr char kSeparator = '\x1e';
constexpr std::string_view kBlanks = " \t\r\n";

// How many bytes of `text` come up to its first separator; all when there is none.
std::size_t separator_at(ByteView text) {
  const void* found = std::memchr(text.data(), kSeparator, text.size());
  if (found == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const std::byte*>(found) - text.data());
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Bytes record_of(std::string_view head, std::string_view payload, std::string_view tail) {
  std::string record(head);
  record += payload;
  std::replace(record.begin() + static_cast<std::ptrdiff_t>(head.size()), record.end(), kSeparator,
               ' ');
  record += tail;
  const ByteView bytes = as_bytes(record);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace

JsonSeqCodec::JsonSeqCodec(const Options& options) : max_event_bytes_(options.max_event_bytes) {}

std::optional<Piece> JsonSeqCodec::next() {
  while (!buffer_.unseen().empty()) {
    if (!in_record_) {
      buffer_.advance(separator_at(buffer_.unseen()));
      if (buffer_.size() > 0) return Passthrough{buffer_.take()};
      begin_record();
      continue;
    }
    const Stop stop = scan();
    if (!opaque_ && buffer_.size() > max_event_bytes_) {
      opaque_ = true;
      ++oversized_;
    }
    if (stop == Stop::line) return end_record();
    if (stop == Stop::broken) opaque_ = true;
    if (stop != Stop::separator) continue;
    in_record_ = false;
    if (buffer_.size() > 0) return Passthrough{buffer_.take()};
  }
  if (opaque_ && buffer_.size() > 0) return Passthrough{buffer_.take()};
  buffer_.hold();
  return std::nullopt;
}

void JsonSeqCodec::begin_record() {
  buffer_.advance(1);
  in_record_ = true;
  opaque_ = false;
  blank_ = true;
  in_string_ = false;
  escaped_ = false;
  depth_ = 0;
}

// Looks at the bytes up to where the record stops.
JsonSeqCodec::Stop JsonSeqCodec::scan() {
  const std::string_view unseen = as_text(buffer_.unseen());
  if (opaque_) {
    const std::size_t length = separator_at(buffer_.unseen());
    buffer_.advance(length);
    return length == unseen.size() ? Stop::no : Stop::separator;
  }
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    const Stop stop = step(unseen[i]);
    if (stop == Stop::no) continue;
    buffer_.advance(stop == Stop::separator ? i : i + 1);
    return stop;
  }
  buffer_.advance(unseen.size());
  return Stop::no;
}

JsonSeqCodec::Stop JsonSeqCodec::step(char c) {
  if (c == kSeparator) return Stop::separator;
  if (in_string_) {
    if (c == '\n') return Stop::broken;
    if (c == '"' && !escaped_) in_string_ = false;
    escaped_ = c == '\\' && !escaped_;
    return Stop::no;
  }
  if (c == '\n') return depth_ <= 0 ? Stop::line : Stop::no;
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  if (kBlanks.find(c) == std::string_view::npos) blank_ = false;
  return Stop::no;
}

Piece JsonSeqCodec::end_record() {
  const ByteView raw = buffer_.take();
  in_record_ = false;
  if (opaque_ || blank_) return Passthrough{raw};
  return Event{.raw = raw, .payload = trim(as_text(raw).substr(1)), .type = {}, .id = {}};
}

Bytes JsonSeqCodec::encode(const Event& event, std::string_view payload) const {
  const std::string_view raw = as_text(event.raw);
  const auto before = static_cast<std::size_t>(event.payload.data() - raw.data());
  return record_of(raw.substr(0, before), payload, raw.substr(before + event.payload.size()));
}

Bytes JsonSeqCodec::encode_new(const Draft& draft, const Event& like) const {
  const bool crlf = as_text(like.raw).ends_with("\r\n");
  return record_of({&kSeparator, 1}, draft.payload, crlf ? "\r\n" : "\n");
}

}  // namespace firedrill::event
