#include "proxy/codec/event/lines.h"

#include <array>
#include <cstring>
#include <string>

namespace firedrill::event {
namespace {

std::string_view payload_of(ByteView raw) {
  std::string_view line = as_text(raw);
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// A CR that is not part of a line break is left alone: the stream itself may hold such.
std::string on_one_line(std::string_view payload) {
  std::string line(payload);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\n') continue;
    line[i] = ' ';
    if (i > 0 && line[i - 1] == '\r') line[i - 1] = ' ';
  }
  return line;
}

// How many bytes of `text` come up to its first LF, with it; all when there is none.
std::size_t line_length(ByteView text) {
  const void* found = std::memchr(text.data(), '\n', text.size());
  if (found == nullptr) return text.size();
  return static_cast<std::size_t>(static_cast<const std::byte*>(found) - text.data()) + 1;
}

}  // namespace

LinesCodec::LinesCodec(const Options& options) : max_event_bytes_(options.max_event_bytes) {}

std::optional<Piece> LinesCodec::next() {
  const ByteView unseen = buffer_.unseen();
  if (unseen.empty()) return std::nullopt;
  const std::size_t length = line_length(unseen);
  buffer_.advance(length);
  if (!opaque_ && buffer_.size() > max_event_bytes_) {
    opaque_ = true;
    ++oversized_;
  }
  if (unseen[length - 1] == std::byte{'\n'}) return end_line();
  if (opaque_) return Passthrough{buffer_.take()};
  buffer_.hold();
  return std::nullopt;
}

Piece LinesCodec::end_line() {
  const ByteView raw = buffer_.take();
  const bool unread = opaque_;
  opaque_ = false;
  const std::string_view payload = payload_of(raw);
  if (unread || blank(payload)) return Passthrough{raw};
  return Event{.raw = raw, .payload = payload, .type = {}, .id = {}};
}

Bytes LinesCodec::encode(const Event& event, std::string_view payload) const {
  return encode_new({.payload = payload}, event);
}

Bytes LinesCodec::encode_new(const Draft& draft, const Event& like) const {
  const std::string_view example = as_text(like.raw);
  std::string line = on_one_line(draft.payload);
  line += example.ends_with("\r\n") ? "\r\n" : "\n";
  const ByteView bytes = as_bytes(line);
  return Bytes(bytes.begin(), bytes.end());
}

Abilities LinesCodec::abilities() const {
  static constexpr std::array<std::string_view, 3> kBreakages{"newline_in_event", "join",
                                                              "no_final_newline"};
  return {.breakages = kBreakages};
}

// A line without its end runs into the next one, and is the last of all when none comes: the wire
// knows no difference between `join` and `no_final_newline`, but for the CR, which only the latter
// leaves.
std::optional<Bytes> LinesCodec::break_framing(const Event& event, std::string_view how) const {
  Bytes bytes(event.raw.begin(), event.raw.end());
  if (how == "newline_in_event") {
    if (event.payload.size() < 2) return std::nullopt;
    const auto from = as_text(event.raw).find(event.payload);
    if (from == std::string_view::npos) return std::nullopt;
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(from + event.payload.size() / 2);
    bytes.insert(at, std::byte{'\n'});
    return bytes;
  }
  const bool ends = how == "join" || how == "no_final_newline";
  if (!ends || !as_text(event.raw).ends_with('\n')) return std::nullopt;
  bytes.pop_back();
  if (how == "join" && !bytes.empty() && bytes.back() == std::byte{'\r'}) bytes.pop_back();
  return bytes;
}

}  // namespace firedrill::event
