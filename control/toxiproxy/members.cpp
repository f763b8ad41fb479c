#include "control/toxiproxy/members.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_key(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view kind_name(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::boolean:
      return "bool";
    case Json::Kind::number:
      return "number";
    case Json::Kind::string:
      return "string";
    case Json::Kind::array:
      return "array";
    case Json::Kind::object:
      return "object";
  }
  return "";
}

Members::Members(const Json& json, std::string name) : json_(json), name_(std::move(name)) {
  if (json.kind == Json::Kind::object || json.kind == Json::Kind::null) return;
  error_ = "json: cannot unmarshal " + std::string(kind_name(json.kind));
  error_ += " into Go value of type toxiproxy." + name_;
}

// A null changes nothing, so that a value before it stays.
const Json* Members::find(std::string_view key) {
  const Json* found = nullptr;
  for (std::size_t i = 0; i < json_.keys.size(); ++i) {
    const Json& item = json_.items[i];
    if (item.kind != Json::Kind::null && same_key(json_.keys[i], key)) found = &item;
  }
  return found;
}

const Json* Members::find(std::string_view key, Json::Kind kind, std::string_view type) {
  const Json* found = find(key);
  if (found == nullptr || found->kind == kind) return found;
  refuse(*found, key, type);
  return nullptr;
}

void Members::refuse(const Json& json, std::string_view key, std::string_view type) {
  if (!error_.empty()) return;
  error_ = "json: cannot unmarshal " + std::string(kind_name(json.kind));
  const bool wrong_number = json.kind == Json::Kind::number && type != "string" && type != "bool";
  if (wrong_number) error_ += ' ' + json.text;
  error_ += " into Go struct field " + name_ + '.';
  error_ += key;
  error_ += " of type ";
  error_ += type;
}

std::string Members::string(std::string_view key, std::string otherwise) {
  const Json* found = find(key, Json::Kind::string, "string");
  return found != nullptr ? found->text : otherwise;
}

bool Members::boolean(std::string_view key, bool otherwise) {
  const Json* found = find(key, Json::Kind::boolean, "bool");
  return found != nullptr ? found->text == "true" : otherwise;
}

template <class Number>
Number Members::number(std::string_view key, std::string_view type, Number otherwise) {
  const Json* found = find(key, Json::Kind::number, type);
  if (found == nullptr) return otherwise;
  Number number{};
  const char* end = found->text.data() + found->text.size();
  const auto [stop, ec] = std::from_chars(found->text.data(), end, number);
  if (ec == std::errc{} && stop == end) return number;
  refuse(*found, key, type);
  return otherwise;
}

std::int64_t Members::int64(std::string_view key, std::int64_t otherwise) {
  return number(key, "int64", otherwise);
}

double Members::float64(std::string_view key, double otherwise) {
  return number(key, "float64", otherwise);
}

float Members::float32(std::string_view key, float otherwise) {
  return number(key, "float32", otherwise);
}

namespace {

const Json kNothing;

}  // namespace

const Json& Members::object(std::string_view key, std::string_view type) {
  const Json* found = find(key);
  const bool empty = found != nullptr && found->kind == Json::Kind::array && found->items.empty();
  if (found == nullptr || empty) return kNothing;
  if (found->kind == Json::Kind::object) return *found;
  refuse(*found, key, type);
  return kNothing;
}

const Json& Members::array(std::string_view key, std::string_view type) {
  const Json* found = find(key, Json::Kind::array, type);
  return found != nullptr ? *found : kNothing;
}

}  // namespace firedrill::toxiproxy
