#include "proxy/codec/dns/name.h"

#include <algorithm>
#include <optional>

namespace firedrill::dns {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// One character of a label: the byte it means and how much text it took.
struct Unit {
  std::byte byte;
  std::size_t length;
};

// `text` starts with a backslash.
std::optional<Unit> read_escape(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  if (!is_digit(text[1])) return Unit{static_cast<std::byte>(text[1]), 2};
  if (text.size() < 4 || !is_digit(text[2]) || !is_digit(text[3])) return std::nullopt;
  const int code = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  if (code > 255) return std::nullopt;
  return Unit{static_cast<std::byte>(code), 4};
}

Problems refuse(std::string what) {
  return {{.path = "", .what = std::move(what)}};
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

void append_escaped(std::string& text, std::byte byte) {
  const auto c = static_cast<char>(byte);
  const int code = std::to_integer<int>(byte);
  if (code > 0x20 && code < 0x7f) {
    if (std::string_view(".\\\"();@$").find(c) != std::string_view::npos) text += '\\';
    text += c;
    return;
  }
  text += {'\\', static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
           static_cast<char>('0' + code % 10)};
}

}  // namespace

Result<Bytes> parse_name(std::string_view text) {
  if (text.empty()) return refuse("must be a name such as \"api.example\", not empty");
  if (text == ".") return Bytes{std::byte{0}};

  Bytes wire{std::byte{0}};
  std::size_t length_at = 0;  // where the current label keeps its length
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = wire.size() - length_at - 1;
    if (text[i] == '.') {
      if (length == 0) return refuse(quoted(text) + " has an empty label");
      wire[length_at] = static_cast<std::byte>(length);
      length_at = wire.size();
      wire.push_back(std::byte{0});
      ++i;
      continue;
    }
    std::optional<Unit> unit = Unit{static_cast<std::byte>(text[i]), 1};
    if (text[i] == '\\') unit = read_escape(text.substr(i));
    if (!unit)
      return refuse(quoted(text) + " has a broken escape; write \\. or three digits as in \\032");
    if (length == kMaxLabel) return refuse(quoted(text) + " has a label of more than 63 bytes");
    wire.push_back(unit->byte);
    i += unit->length;
  }
  if (const std::size_t length = wire.size() - length_at - 1; length > 0) {
    wire[length_at] = static_cast<std::byte>(length);
    wire.push_back(std::byte{0});
  }
  if (wire.size() > kMaxName) return refuse(quoted(text) + " is longer than 255 bytes on the wire");
  return wire;
}

std::string name_text(ByteView wire) {
  if (wire.size() <= 1) return ".";
  std::string text;
  for (std::size_t at = 0; wire[at] != std::byte{0};) {
    const auto length = std::to_integer<std::size_t>(wire[at]);
    if (at > 0) text += '.';
    for (const std::byte byte : wire.subspan(at + 1, length)) append_escaped(text, byte);
    at += 1 + length;
  }
  return text;
}

Result<NamePattern> NamePattern::parse(std::string_view text) {
  if (text == "*") return below(".");
  if (text.starts_with("*.")) return below(text.size() > 2 ? text.substr(2) : ".");
  const bool within = text.size() > 1 && text.starts_with('.');
  const auto name = parse_name(within ? text.substr(1) : text);
  if (!name) return name.error();
  return NamePattern(within ? Kind::within : Kind::exact, FoldedName(*name));
}

Result<NamePattern> NamePattern::below(std::string_view name) {
  const auto wire = parse_name(name);
  if (!wire) return wire.error();
  return NamePattern(Kind::below, FoldedName(*wire));
}

bool NamePattern::matches(const FoldedName& name) const {
  if (name.labels() < labels_) return false;
  const std::size_t above = name.labels() - labels_;
  if (kind_ == (above == 0 ? Kind::below : Kind::exact)) return false;
  return name.hash(above) == hash_ && std::ranges::equal(name.suffix(above), name_);
}

}  // namespace firedrill::dns
