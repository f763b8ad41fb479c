#include "proxy/codec/json/survey.h"

namespace firedrill::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A recursive descent over one text. Each function that reads something returns whether it was
// there, and leaves the position behind it.
class Scanner {
 public:
  Scanner(std::string_view text, const Pointer* wanted) : text_(text), wanted_(wanted) {}

  std::optional<Survey> run() {
    skip_space();
    const auto top = value(0, wanted_ == nullptr ? Way::off : Way::on);
    if (!top) return std::nullopt;
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    found_.top = *top;
    return found_;
  }

 private:
  // Whether the value being read lies on the way that the pointer describes, all tokens so far
  // matched. The depth says how many those are.
  enum class Way : std::uint8_t { off, on };

  std::optional<Place> value(std::size_t depth, Way way) {
    const std::size_t begin = at_;
    const auto type = content(depth, way);
    if (!type) return std::nullopt;
    const Place place{.begin = begin, .size = at_ - begin, .type = *type};
    if (is_wanted(depth, way)) found_.wanted = place;
    const bool scalar = *type != Type::array && *type != Type::object;
    if (scalar && !found_.scalar) found_.scalar = place;
    if (*type == Type::string && !found_.string) found_.string = place;
    if (*type == Type::number && !found_.number) found_.number = place;
    if (*type == Type::object && (!found_.object || place.begin < found_.object->begin)) {
      found_.object = place;
    }
    return place;
  }

  std::optional<Type> content(std::size_t depth, Way way) {
    switch (peek()) {
      case '{':
        return typed(Type::object, object(depth, way));
      case '[':
        return typed(Type::array, array(depth, way));
      case '"':
        return typed(Type::string, string());
      case 't':
        return typed(Type::boolean, word("true"));
      case 'f':
        return typed(Type::boolean, word("false"));
      case 'n':
        return typed(Type::null, word("null"));
      default:
        return typed(Type::number, number());
    }
  }

  static std::optional<Type> typed(Type type, bool read) {
    return read ? std::optional(type) : std::nullopt;
  }

  bool object(std::size_t depth, Way way) {
    if (depth >= kMaxDepth) return false;
    ++at_;
    skip_space();
    if (skip('}')) return true;
    do {
      skip_space();
      const std::size_t begin = at_;
      if (!string()) return false;
      const Place key{.begin = begin, .size = at_ - begin, .type = Type::string};
      if (!found_.key) found_.key = key;
      const Way onward = is_next(depth, way, key) ? Way::on : Way::off;
      if (onward == Way::on) {
        found_.wanted.reset();
        found_.wanted_key =
            depth + 1 == wanted_->tokens().size() ? std::optional(key) : std::nullopt;
      }
      skip_space();
      if (!skip(':')) return false;
      skip_space();
      const auto member = value(depth + 1, onward);
      if (!member) return false;
      if (found_.key->begin == key.begin) found_.keyed = member;
      skip_space();
    } while (skip(','));
    return skip('}');
  }

  bool array(std::size_t depth, Way way) {
    if (depth >= kMaxDepth) return false;
    ++at_;
    skip_space();
    if (skip(']')) return true;
    std::size_t index = 0;
    do {
      skip_space();
      const Way onward = is_next(depth, way, index++) ? Way::on : Way::off;
      if (!value(depth + 1, onward)) return false;
      skip_space();
    } while (skip(','));
    return skip(']');
  }

  bool is_wanted(std::size_t depth, Way way) const {
    return way == Way::on && depth == wanted_->tokens().size();
  }

  bool is_next(std::size_t depth, Way way, const Place& key) const {
    if (way == Way::off || depth >= wanted_->tokens().size()) return false;
    const std::string& token = wanted_->tokens()[depth];
    const std::string_view quoted = key.in(text_);
    if (quoted.find('\\') != std::string_view::npos) return unquote(quoted) == token;
    return quoted.substr(1, quoted.size() - 2) == token;
  }

  bool is_next(std::size_t depth, Way way, std::size_t index) const {
    if (way == Way::off || depth >= wanted_->tokens().size()) return false;
    return wanted_->tokens()[depth] == std::to_string(index);
  }

  bool string() {
    if (!skip('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool escape() {
    const char code = peek();
    ++at_;
    if (code != 'u') return code != '\0' && std::string_view("\"\\/bfnrt").find(code) != npos;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (!is_hex(peek())) return false;
    }
    return true;
  }

  bool number() {
    skip('-');
    if (!skip('0') && !digits()) return false;
    if (skip('.') && !digits()) return false;
    if (skip('e') || skip('E')) {
      if (!skip('+')) skip('-');
      return digits();
    }
    return true;
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ > begin;
  }

  bool word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != npos) ++at_;
  }

  bool skip(char expected) {
    if (at_ >= text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  static constexpr auto npos = std::string_view::npos;

  std::string_view text_;
  const Pointer* wanted_;
  std::size_t at_ = 0;
  Survey found_ = {};
};

unsigned hex_value(char c) {
  const int value = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
  return static_cast<unsigned>(value);
}

char32_t code_unit(std::string_view digits) {
  unsigned unit = 0;
  for (const char c : digits.substr(0, 4)) unit = unit << 4 | hex_value(c);
  return unit;
}

bool is_high(char32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(char32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

void append_utf8(std::string& text, char32_t point) {
  const auto add = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xc0 | point >> 6);
    add(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    add(0xe0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  } else {
    add(0xf0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3f));
    add(0x80 | (point >> 6 & 0x3f));
    add(0x80 | (point & 0x3f));
  }
}

// Reads the \u escape that `rest` begins with, or two of them for a pair, and returns what is left.
std::string_view append_unicode(std::string& text, std::string_view rest) {
  char32_t point = code_unit(rest.substr(2));
  rest.remove_prefix(6);
  if (is_high(point) && rest.starts_with("\\u") && is_low(code_unit(rest.substr(2)))) {
    point = 0x10000 + ((point - 0xd800) << 10) + (code_unit(rest.substr(2)) - 0xdc00);
    rest.remove_prefix(6);
  }
  append_utf8(text, is_high(point) || is_low(point) ? U'\ufffd' : point);
  return rest;
}

char escaped(char code) {
  switch (code) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return code;
  }
}

}  // namespace

std::optional<Survey> survey(std::string_view text, const Pointer* wanted) {
  return Scanner(text, wanted).run();
}

std::optional<Place> locate(std::string_view text, const Pointer& pointer) {
  const auto found = survey(text, &pointer);
  return found ? found->wanted : std::nullopt;
}

std::string unquote(std::string_view quoted) {
  std::string text;
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  while (!rest.empty()) {
    const std::size_t plain = rest.find('\\');
    text += rest.substr(0, plain);
    if (plain == std::string_view::npos) break;
    rest.remove_prefix(plain);
    if (rest[1] == 'u') {
      rest = append_unicode(text, rest);
    } else {
      text += escaped(rest[1]);
      rest.remove_prefix(2);
    }
  }
  return text;
}

}  // namespace firedrill::json
