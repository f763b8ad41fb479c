#include "control/cli/json_text.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace firedrill::cli {
namespace {

constexpr std::size_t kLine = 80;

void write(const boost::json::value& json, std::size_t indent, std::string& text) {
  const std::string line = boost::json::serialize(json);
  const bool is_container = json.is_array() || json.is_object();
  if (!is_container || indent + line.size() <= kLine) {
    text += line;
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  if (const auto* array = json.if_array()) {
    text += '[';
    for (const auto& item : *array) {
      text += separator + margin;
      separator = ",\n";
      write(item, indent + 2, text);
    }
    text += '\n' + std::string(indent, ' ') + ']';
    return;
  }
  text += '{';
  for (const auto& [key, value] : json.get_object()) {
    text += separator + margin + boost::json::serialize(key) + ": ";
    separator = ",\n";
    write(value, indent + 2, text);
  }
  text += '\n' + std::string(indent, ' ') + '}';
}

}  // namespace

std::string pretty(const boost::json::value& json) {
  std::string text;
  write(json, 0, text);
  return text + '\n';
}

std::string cell(const boost::json::value& json) {
  if (json.is_null()) return "";
  if (const auto* string = json.if_string()) return std::string(*string);
  return boost::json::serialize(json);
}

std::string cell(const boost::json::object& object, std::string_view key) {
  const auto* found = object.if_contains(key);
  return found == nullptr ? "" : cell(*found);
}

std::string joined(const boost::json::array& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + cell(item);
  return text;
}

boost::json::array entries(const boost::json::value& json, std::string_view key) {
  if (const auto* array = json.if_array()) return *array;
  const auto* object = json.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  return found != nullptr && found->is_array() ? found->get_array() : boost::json::array();
}

boost::json::value value_of(const std::string& text) {
  boost::system::error_code ec;
  auto json = boost::json::parse(text, ec);
  return ec ? boost::json::value(text) : json;
}

}  // namespace firedrill::cli
