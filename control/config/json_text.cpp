#include "control/config/json_text.h"

#include "control/config/tree_builder.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

namespace firedrill {
namespace {

// Receives Boost.JSON's parser events. A handler that answers false has set `ec`, which ends the
// parse; what it found wrong is in the builder's problems.
class Handler {
 public:
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Handler(TextLimits limits) : builder(limits) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return keep(builder.open_map({}), ec); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code& ec) { return keep(builder.open_list({}), ec); }
  bool on_array_end(std::size_t, error_code&) { return close(); }

  bool on_key_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_key(string_view part, std::size_t, error_code& ec) {
    append(part);
    builder.key(std::exchange(text_, {}), {});
    return keep(builder.problems().empty(), ec);
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_string(string_view part, std::size_t, error_code& ec) {
    append(part);
    return scalar(Value::Scalar::string, ec);
  }
  bool on_number_part(string_view part, error_code&) { return append(part); }
  bool on_int64(std::int64_t, string_view part, error_code& ec) { return number(part, ec); }
  bool on_uint64(std::uint64_t, string_view part, error_code& ec) { return number(part, ec); }
  bool on_double(double, string_view part, error_code& ec) { return number(part, ec); }
  bool on_bool(bool value, error_code& ec) {
    text_ = value ? "true" : "false";
    return scalar(Value::Scalar::boolean, ec);
  }
  bool on_null(error_code& ec) { return keep(builder.add({}), ec); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  TreeBuilder builder;

 private:
  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool number(string_view part, error_code& ec) {
    append(part);
    return scalar(Value::Scalar::number, ec);
  }
  bool scalar(Value::Scalar kind, error_code& ec) {
    return keep(builder.add(Value(Value::Text{kind, std::exchange(text_, {})})), ec);
  }
  bool close() {
    builder.close();
    return true;
  }
  static bool keep(bool good, error_code& ec) {
    if (!good) ec = make_error_code(boost::system::errc::invalid_argument);
    return good;
  }

  std::string text_;
};

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  return {.line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(before.size() - line_start) + 1};
}

}  // namespace

Result<Value> parse_json(std::string_view text, TextLimits limits) {
  if (text.size() > limits.bytes) {
    return Problems{{"", "is larger than " + std::to_string(limits.bytes) + " bytes"}};
  }
  // The builder counts the depth and gives a better message, so the parser's own limit stands
  // above.
  boost::json::parse_options options;
  options.max_depth = limits.depth + 1;
  boost::json::basic_parser<Handler> parser(options, limits);
  boost::json::error_code ec;
  const std::size_t consumed = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    ec = boost::json::error::extra_data;
  }
  if (!ec) return parser.handler().builder.finish();
  const Position at = position_of(text, consumed);
  Problems problems = parser.handler().builder.problems();
  if (problems.empty()) problems.push_back({"", "is not valid JSON: " + ec.message()});
  for (Problem& problem : problems) problem.at = at;
  return problems;
}

}  // namespace firedrill
