#include "control/toxiproxy/json.h"

#include "proxy/core/utf8.h"

#include <charconv>
#include <stdexcept>
#include <utility>

namespace firedrill::toxiproxy {

void throw_exception_from_error(const DecodeError& error, const boost::source_location&) {
  throw std::runtime_error(error.what);
}

namespace {

constexpr int kDeepest = 1000;
constexpr std::size_t kMostValues = 200'000;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::string_view kTruncated = "unexpected EOF";

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A byte as Go quotes a character: 'h', '\'', '"', '\n', '\x00', 'ï'.
std::string quoted(char c) {
  constexpr std::string_view kPlain = "\a\b\f\n\r\t\v";
  constexpr std::string_view kLetters = "abfnrtv";
  constexpr std::string_view kHex = "0123456789abcdef";
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  const auto byte = static_cast<unsigned char>(c);
  std::string text = "'";
  if (const std::size_t at = kPlain.find(c); at != kPlain.npos) {
    text += '\\';
    text += kLetters[at];
  } else if (byte < 0x20 || byte == 0x7f) {
    text += "\\x";
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  } else if (byte >= 0x80 && (byte < 0xa1 || byte == 0xad)) {
    text += "\\u00";
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  } else if (c == '\\') {
    text += "\\\\";
  } else {
    text += utf8(byte);
  }
  return text + "'";
}

// Reads one value; the first thing that is wrong ends it.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  boost::system::result<Json, DecodeError> parse() {
    skip_space();
    if (at_end()) return DecodeError{"EOF"};
    Json json = value(0);
    if (!error_.empty()) return DecodeError{std::move(error_)};
    return json;
  }

 private:
  bool at_end() const { return next_ >= text_.size(); }
  char peek() const { return text_[next_]; }
  bool failed() const { return !error_.empty(); }
  void skip_space() {
    while (!at_end() && is_space(peek())) ++next_;
  }
  void fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }
  // Something else than what stands here was needed.
  void refuse(std::string_view where) {
    fail(at_end() ? std::string(kTruncated)
                  : "invalid character " + quoted(peek()) + ' ' + std::string(where));
  }

  Json value(int depth) {
    if (depth > kDeepest) fail("exceeded max depth");
    if (++values_ > kMostValues) fail("too many values");
    skip_space();
    if (failed()) return {};
    if (at_end()) {
      refuse("");
      return {};
    }
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return {.kind = Json::Kind::string, .text = string()};
      case 't':
        return literal("true", Json::Kind::boolean);
      case 'f':
        return literal("false", Json::Kind::boolean);
      case 'n':
        return literal("null", Json::Kind::null);
      default:
        return number();
    }
  }

  // After an item: whether another follows; `close` ends them.
  bool another(char close, std::string_view where) {
    skip_space();
    if (failed()) return false;
    if (!at_end() && (peek() == ',' || peek() == close)) return text_[next_++] == ',';
    refuse(where);
    return false;
  }

  // Whether the brackets have nothing between them.
  bool empty(char close) {
    ++next_;
    skip_space();
    if (at_end() || peek() != close) return false;
    ++next_;
    return true;
  }

  Json object(int depth) {
    Json json{.kind = Json::Kind::object};
    if (empty('}')) return json;
    do {
      skip_space();
      if (at_end() || peek() != '"') {
        refuse("looking for beginning of object key string");
        break;
      }
      json.keys.push_back(string());
      skip_space();
      if (failed()) break;
      if (at_end() || peek() != ':') {
        refuse("after object key");
        break;
      }
      ++next_;
      json.items.push_back(value(depth + 1));
    } while (another('}', "after object key:value pair"));
    return json;
  }

  Json array(int depth) {
    Json json{.kind = Json::Kind::array};
    if (empty(']')) return json;
    do {
      json.items.push_back(value(depth + 1));
    } while (another(']', "after array element"));
    return json;
  }

  Json literal(std::string_view word, Json::Kind kind) {
    for (const char expected : word) {
      if (at_end() || peek() != expected) {
        refuse("in literal " + std::string(word) + " (expecting " + quoted(expected) + ")");
        return {};
      }
      ++next_;
    }
    return {.kind = kind, .text = std::string(word)};
  }

  void digits(std::string_view where) {
    if (at_end() || !is_digit(peek())) return refuse(where);
    while (!at_end() && is_digit(peek())) ++next_;
  }

  Json number() {
    const std::size_t begin = next_;
    if (peek() == '-') {
      ++next_;
      if (at_end() || !is_digit(peek())) {
        refuse("in numeric literal");
        return {};
      }
    }
    if (peek() == '0') {
      ++next_;
    } else {
      digits("looking for beginning of value");
    }
    if (!failed() && !at_end() && peek() == '.') {
      ++next_;
      digits("after decimal point in numeric literal");
    }
    if (!failed() && !at_end() && (peek() == 'e' || peek() == 'E')) {
      ++next_;
      if (!at_end() && (peek() == '+' || peek() == '-')) ++next_;
      digits("in exponent of numeric literal");
    }
    return {.kind = Json::Kind::number, .text = std::string(text_.substr(begin, next_ - begin))};
  }

  std::string string() {
    std::string text;
    for (++next_; !at_end() && peek() != '"' && !failed();) {
      if (peek() == '\\') {
        escape(text);
      } else if (static_cast<unsigned char>(peek()) < 0x20) {
        refuse("in string literal");
      } else if (const std::size_t length = utf8_length(text_.substr(next_)); length > 0) {
        text += text_.substr(next_, length);
        next_ += length;
      } else {
        text += kReplacement;
        ++next_;
      }
    }
    if (at_end()) refuse("");
    if (!failed()) ++next_;
    return text;
  }

  void escape(std::string& text) {
    constexpr std::string_view kLetters = R"("\/bfnrt)";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    ++next_;
    if (at_end()) return refuse("");
    if (peek() == 'u') {
      ++next_;
      text += utf8(unicode());
      return;
    }
    const std::size_t at = kLetters.find(peek());
    if (at == kLetters.npos) return refuse("in string escape code");
    text += kMeanings[at];
    ++next_;
  }

  // The four digits of a \u, and of the one behind it when both are the halves of a pair.
  char32_t unicode() {
    constexpr char32_t kInvalid = 0xfffd;
    const char32_t first = hex4();
    if (first < 0xd800 || first > 0xdfff) return first;
    const std::size_t behind = next_;
    if (first < 0xdc00 && text_.substr(next_).starts_with("\\u")) {
      next_ += 2;
      const char32_t second = hex4();
      if (second >= 0xdc00 && second <= 0xdfff) {
        return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
      }
      if (!failed()) next_ = behind;
    }
    return kInvalid;
  }

  char32_t hex4() {
    char32_t code = 0;
    for (int i = 0; i < 4 && !failed(); ++i) {
      unsigned digit = 0;
      const bool hex =
          !at_end() &&
          std::from_chars(&text_[next_], &text_[next_] + 1, digit, 16).ec == std::errc{};
      if (!hex) {
        refuse("in \\u hexadecimal character escape");
        break;
      }
      code = code << 4 | digit;
      ++next_;
    }
    return code;
  }

  std::string_view text_;
  std::size_t next_ = 0;
  std::size_t values_ = 0;
  std::string error_;
};

}  // namespace

boost::system::result<Json, DecodeError> parse_json(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace firedrill::toxiproxy
