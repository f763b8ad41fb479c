#include "control/config/yaml.h"

#include "control/config/json_text.h"
#include "control/config/tree_builder.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace firedrill {
namespace {

// Thrown through yaml-cpp to leave its parser when a limit is passed. The problem is in the
// builder.
struct Stop {};

Position position_of(const YAML::Mark& mark) {
  return {.line = mark.line + 1, .column = mark.column + 1};
}

// Turns yaml-cpp's events into values. Its node graph is not used: there an alias can expand
// without end or contain itself, and a duplicate key passes silently.
class Handler final : public YAML::EventHandler {
 public:
  explicit Handler(TextLimits limits) : builder_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    builder_.complain("a second document is not allowed", position_of(mark));
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    if (builder_.wants_key()) return refuse_key(mark);
    keep(builder_.add(Value::null(position_of(mark))));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    builder_.complain("aliases (*name) are not allowed", position_of(mark));
    if (builder_.wants_key()) return builder_.key("*", position_of(mark));
    keep(builder_.add(Value::null(position_of(mark))));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check(mark, tag, anchor);
    const bool quoted = tag == "!";  // how yaml-cpp marks a scalar that stands in quotes
    if (builder_.wants_key()) {
      if (text == "<<" && !quoted) {
        builder_.complain("merge keys (<<) are not allowed", position_of(mark));
      }
      return builder_.key(text, position_of(mark));
    }
    const auto kind = quoted ? Value::Scalar::string : Value::Scalar::plain;
    keep(builder_.add(Value(Value::Text{kind, text}, position_of(mark))));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    if (builder_.wants_key()) refuse_key(mark);
    keep(builder_.open_list(position_of(mark)));
  }
  void OnSequenceEnd() override { builder_.close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    if (builder_.wants_key()) refuse_key(mark);
    keep(builder_.open_map(position_of(mark)));
  }
  void OnMapEnd() override { builder_.close(); }

  TreeBuilder& builder() { return builder_; }

 private:
  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) builder_.complain("anchors (&name) are not allowed", position_of(mark));
    if (!tag.empty() && tag != "?" && tag != "!") {
      builder_.complain("tags (!name) are not allowed", position_of(mark));
    }
  }

  // What follows a key that is no text would be read as nonsense, so the parse ends here.
  [[noreturn]] void refuse_key(const YAML::Mark& mark) {
    builder_.complain("a key must be text", position_of(mark));
    throw Stop{};
  }

  static void keep(bool good) {
    if (!good) throw Stop{};
  }

  TreeBuilder builder_;
  int documents_ = 0;
};

// Reads a text in place, as an istream wants it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // only read: nothing is ever put
    setg(begin, begin, begin + text.size());
  }
};

// yaml-cpp takes one control character for the end of the text and passes bad UTF-8 on, so both are
// refused before it sees them. Gives the length of the character at the start of `rest`, 0 for
// none.
std::size_t character(std::string_view rest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    const bool blank = first == '\t' || first == '\n' || first == '\r';
    return (first >= 0x20 && first != 0x7f) || blank ? 1 : 0;
  }
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || rest.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool too_great = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || too_great ? 0 : length;
}

Problems check_characters(std::string_view text) {
  Position at{1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character(text.substr(i));
    if (length == 0) return {{"", "must be UTF-8 text without control characters", at}};
    at.column += static_cast<int>(length);
    if (text[i] == '\n') at = {at.line + 1, 1};
    i += length;
  }
  return {};
}

// Some JSON is no YAML to yaml-cpp: keys over a kilobyte, and characters that are escaped as
// surrogate pairs.
bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, TextLimits limits) {
  if (text.size() > limits.bytes) {
    return Problems{{"", "is larger than " + std::to_string(limits.bytes) + " bytes"}};
  }
  if (const Problems problems = check_characters(text); !problems.empty()) return problems;

  TextBuffer buffer(text);
  std::istream stream(&buffer);
  Handler handler(limits);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Stop&) {
  } catch (const YAML::Exception& error) {
    if (looks_like_json(text)) {
      if (auto value = parse_json(text, limits)) return value;
    }
    handler.builder().complain("is not valid YAML: " + error.msg, position_of(error.mark));
  }
  return handler.builder().finish();
}

}  // namespace firedrill
