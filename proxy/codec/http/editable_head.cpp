#include "proxy/codec/http/editable_head.h"

#include "proxy/codec/http/chars.h"

#include <algorithm>

namespace firedrill::http {
namespace {

constexpr std::string_view kCrLf = "\r\n";

std::string line_of(std::string_view name, std::string_view value) {
  return std::string(name).append(": ").append(value);
}

}  // namespace

std::string_view EditableHead::Line::name() const {
  return std::string_view(text).substr(0, text.find(':'));
}

std::string_view EditableHead::Line::value() const {
  const auto colon = text.find(':');
  return colon == std::string::npos ? std::string_view()
                                    : trimmed(std::string_view(text).substr(colon + 1));
}

bool EditableHead::Line::is(std::string_view wanted) const {
  return equal_ignoring_case(name(), wanted);
}

EditableHead::EditableHead(std::span<const std::string_view> pieces) {
  std::string all;
  for (const std::string_view piece : pieces) all.append(piece);
  std::string_view rest = all;
  const auto take_line = [&rest] {
    const auto end = std::min(rest.find(kCrLf), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + kCrLf.size(), rest.size()));
    return line;
  };
  start_line = take_line();
  for (auto line = take_line(); !line.empty(); line = take_line()) {
    lines.push_back({std::string(line)});
  }
}

std::optional<std::string_view> EditableHead::value(std::string_view name) const {
  const auto found = std::ranges::find_if(lines, [&](const Line& line) { return line.is(name); });
  if (found == lines.end()) return std::nullopt;
  return found->value();
}

void EditableHead::set(std::string_view name, std::string_view value) {
  const auto wanted = [&](const Line& line) { return line.is(name); };
  const auto first = std::ranges::find_if(lines, wanted);
  if (first == lines.end()) return add(name, value);
  first->text = line_of(first->name(), value);
  lines.erase(std::remove_if(first + 1, lines.end(), wanted), lines.end());
}

void EditableHead::add(std::string_view name, std::string_view value) {
  lines.push_back({line_of(name, value)});
}

void EditableHead::remove(std::string_view name) {
  std::erase_if(lines, [&](const Line& line) { return line.is(name); });
}

std::string EditableHead::text() const {
  std::string head = before;
  head.append(start_line).append(kCrLf);
  for (const Line& line : lines) head.append(line.text).append(kCrLf);
  return head.append(kCrLf);
}

}  // namespace firedrill::http
