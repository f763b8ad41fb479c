#include "proxy/fault/json_edit.h"

#include "proxy/codec/json/survey.h"
#include "proxy/core/fields.h"
#include "proxy/fault/pointer_kind.h"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace firedrill {
namespace {

std::string quoted(const std::string& text) {
  return boost::json::serialize(boost::json::string(text));
}

// A scalar as JSON. A number keeps its notation.
std::string json_text(const Value::Text& scalar) {
  if (scalar.kind == Value::Scalar::string) return quoted(scalar.text);
  const auto found = json::survey(scalar.text);
  const bool literal = found && found->scalar && !found->string;
  return literal ? scalar.text : quoted(scalar.text);
}

std::string json_text(const Value& value) {
  std::string text;
  const auto add = [&text](std::string_view key, const Value& item) {
    if (text.size() > 1) text.append(",");
    text.append(key).append(json_text(item));
  };
  if (const auto* map = value.map()) {
    text = "{";
    for (const auto& entry : *map) add(quoted(entry.key).append(":"), entry.value);
    return text.append("}");
  }
  if (const auto* list = value.list()) {
    text = "[";
    for (const Value& item : *list) add("", item);
    return text.append("]");
  }
  return value.text() == nullptr ? "null" : json_text(*value.text());
}

}  // namespace

std::optional<json::Edit> Kind<json::Edit>::read(const Value& value, const std::string& path,
                                                 Problems& problems) {
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  json::Edit edit;
  if (const Value* pointer = fields.required("pointer")) {
    edit.pointer = Kind<json::Pointer>::read(*pointer, fields.path_of("pointer"), problems)
                       .value_or(json::Pointer());
  }
  fields.optional("set");
  const Value* set = value.find("set");  // null is a value like others here
  if (set != nullptr) edit.value = json_text(*set);
  bool removes = false;
  if (const Value* remove = fields.optional("remove")) {
    removes = Kind<bool>::read(*remove, fields.path_of("remove"), problems).value_or(false);
  }
  if (problems.size() == before) {
    if (removes == (set != nullptr)) {
      fields.complain("set", "must be given, or remove: true instead of it");
    } else if (removes && edit.pointer.tokens().empty()) {
      fields.complain("pointer", "must name a part of the document to remove");
    }
  }
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return edit;
}

boost::json::object Kind<json::Edit>::schema() {
  boost::json::object properties{{"pointer", boost::json::object{{"type", "string"}}},
                                 {"set", boost::json::object{}},
                                 {"remove", boost::json::object{{"const", true}}}};
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(properties)},
          {"required", boost::json::array{"pointer"}}};
}

boost::json::value Kind<json::Edit>::write(const json::Edit& edit) {
  std::string pointer;
  for (const std::string& token : edit.pointer.tokens()) {
    pointer.append("/");
    for (const char c : token) {
      const std::string_view escaped = c == '~' ? "~0" : c == '/' ? "~1" : std::string_view(&c, 1);
      pointer.append(escaped);
    }
  }
  boost::json::object object{{"pointer", pointer}};
  if (edit.value) {
    object["set"] = boost::json::parse(*edit.value);
  } else {
    object["remove"] = true;
  }
  return object;
}

}  // namespace firedrill
