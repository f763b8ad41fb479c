#include "proxy/core/kind.h"

#include <cmath>

namespace firedrill {
namespace kind {
namespace {

using Scalar = Value::Scalar;

const std::string* text_of(const Value& value, std::initializer_list<Scalar> kinds) {
  const auto* scalar = value.text();
  if (scalar == nullptr) return nullptr;
  for (const Scalar kind : kinds) {
    if (scalar->kind == kind) return &scalar->text;
  }
  return nullptr;
}

}  // namespace

std::nullopt_t refuse(const Value& value, const std::string& path, std::string_view expected,
                      Problems& problems) {
  problems.push_back(
      {path, "must be " + std::string(expected) + ", not " + value.describe(), value.at()});
  return std::nullopt;
}

const std::string* word(const Value& value) {
  return text_of(value, {Scalar::plain, Scalar::string});
}

const std::string* number(const Value& value) {
  return text_of(value, {Scalar::plain, Scalar::number});
}

const std::string* notation(const Value& value) {
  return text_of(value, {Scalar::plain, Scalar::string, Scalar::number});
}

}  // namespace kind

std::optional<std::string> Kind<std::string>::read(const Value& value, const std::string& path,
                                                   Problems& problems) {
  if (const std::string* text = kind::word(value)) return *text;
  return kind::refuse(value, path, expected(), problems);
}

std::optional<bool> Kind<bool>::read(const Value& value, const std::string& path,
                                     Problems& problems) {
  const auto* scalar = value.text();
  if (scalar != nullptr && scalar->kind != Value::Scalar::string) {
    if (scalar->text == "true") return true;
    if (scalar->text == "false") return false;
  }
  return kind::refuse(value, path, expected(), problems);
}

std::optional<double> Kind<double>::read(const Value& value, const std::string& path,
                                         Problems& problems) {
  if (const std::string* text = kind::number(value)) {
    double number = 0;
    const char* end = text->data() + text->size();
    const auto [stop, ec] = std::from_chars(text->data(), end, number);
    if (ec == std::errc{} && stop == end && std::isfinite(number)) return number;
  }
  return kind::refuse(value, path, expected(), problems);
}

}  // namespace firedrill
