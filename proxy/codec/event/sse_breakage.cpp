// SseCodec: events whose framing is broken on purpose.

#include "proxy/codec/event/sse.h"
#include "proxy/codec/event/sse_fields.h"

#include <array>

namespace firedrill::event {
namespace {

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

// Without the blank line, so that the next event runs into this one.
std::string without_blank_line(std::string_view block) {
  std::string text;
  SseFields fields(block);
  while (const auto field = fields.next()) {
    if (field->line != field->end) text.append(field->line);
  }
  return text;
}

// With a line end in the midst of the last data line: what follows it is a field that nobody knows.
std::optional<std::string> with_torn_data(std::string_view block) {
  const SseStyle style = style_of(block);
  const std::size_t value = style.line.size() - style.prefix.size() - style.end.size();
  if (!style.line.starts_with(style.prefix) || value < 2) return std::nullopt;
  const auto begin = static_cast<std::size_t>(style.line.data() - block.data());
  std::string text(block);
  text.insert(begin + style.prefix.size() + value / 2, style.end);
  return text;
}

// An id that readers must ignore, beside or instead of the event's own.
std::string with_nul_id(std::string_view block) {
  std::string line = "id: ";
  line += '\0';
  line.append(style_of(block).end);
  std::string text;
  SseFields fields(block);
  while (const auto field = fields.next()) {
    if (field->name == "id") continue;
    if (field->line == field->end) text.append(line);
    text.append(field->line);
  }
  return text;
}

// Of the lines ahead of those of the event.
std::string with_line(std::string_view block, std::string_view line) {
  std::string text(line);
  return text.append(style_of(block).end).append(block);
}

}  // namespace

Abilities SseCodec::abilities() const {
  static constexpr std::array<std::string_view, 5> kBreakages{"blank_line_omit", "newline_in_data",
                                                              "bom_mid_stream", "id_nul", "retry"};
  return {.breakages = kBreakages};
}

std::optional<Bytes> SseCodec::break_framing(const Event& event, std::string_view how) const {
  const std::string_view block = as_text(event.raw);
  if (how == "blank_line_omit") return bytes_of(without_blank_line(block));
  if (how == "bom_mid_stream") return bytes_of(std::string("\xef\xbb\xbf").append(block));
  if (how == "id_nul") return bytes_of(with_nul_id(block));
  // More than a day: to a consumer that obeys, an outage.
  if (how == "retry") return bytes_of(with_line(block, "retry: 99999999"));
  if (how != "newline_in_data") return std::nullopt;
  const auto torn = with_torn_data(block);
  return torn ? std::optional(bytes_of(*torn)) : std::nullopt;
}

}  // namespace firedrill::event
