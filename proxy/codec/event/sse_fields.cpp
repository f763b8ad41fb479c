#include "proxy/codec/event/sse_fields.h"

namespace firedrill::event {
namespace {

std::string_view between(const char* first, const char* last) {
  return {first, static_cast<std::size_t>(last - first)};
}

}  // namespace

std::optional<SseField> SseFields::next() {
  if (rest_ == end_) return std::nullopt;
  const char* begin = rest_;
  const char* stop = ends_.next(begin);
  rest_ = stop;
  if (rest_ != end_) ++rest_;
  if (rest_ != end_ && *stop == '\r' && *rest_ == '\n') ++rest_;

  const std::string_view text = between(begin, stop);
  SseField field{
      .name = text, .value = {}, .line = between(begin, rest_), .end = between(stop, rest_)};
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    field.name = text.substr(0, colon);
    field.value = text.substr(colon + 1);
    if (field.value.starts_with(' ')) field.value.remove_prefix(1);
  }
  return field;
}

SseStyle style_of(std::string_view block) {
  SseStyle style;
  SseFields fields(block);
  while (const auto field = fields.next()) {
    if (field->name != "data") continue;
    const bool tight = !field->value.empty() && !field->line.starts_with("data: ");
    style.line = field->line;
    style.prefix = tight ? "data:" : "data: ";
    if (!field->end.empty()) style.end = field->end;
  }
  return style;
}

}  // namespace firedrill::event
