#include "proxy/model/text_matcher.h"

namespace firedrill {

std::optional<TextMatcher> TextMatcher::read(Fields& fields) {
  Type type = Type::exact;
  const Value* given = fields.optional("type");
  const Value* value = fields.optional("value");
  if (given != nullptr) {
    const auto read = Kind<Type>::read(*given, fields.path_of("type"), fields.problems());
    if (!read) return std::nullopt;
    type = *read;
  }
  if (type == Type::present || type == Type::absent) {
    if (value == nullptr) return TextMatcher(type, {}, std::nullopt);
    fields.complain("value", "must be left out with type " + std::string(name_of(type)));
    return std::nullopt;
  }
  if (value == nullptr) {
    fields.complain("value", "is required");
    return std::nullopt;
  }
  const std::string* text = read_literal(*value, fields.path_of("value"), fields.problems());
  if (text == nullptr) return std::nullopt;
  if (type != Type::regular_expression) return TextMatcher(type, *text, std::nullopt);
  auto regex = Regex::compile(*text, *value, fields.path_of("value"), fields.problems());
  if (!regex) return std::nullopt;
  return TextMatcher(type, {}, std::move(regex));
}

bool TextMatcher::matches(std::optional<std::string_view> text) const {
  if (!text) return type_ == Type::absent;
  switch (type_) {
    case Type::exact:
      return *text == text_;
    case Type::regular_expression:
      return regex_->matches(*text);
    case Type::present:
      return true;
    case Type::absent:
      return false;
    case Type::prefix:
      return text->starts_with(text_);
    case Type::suffix:
      return text->ends_with(text_);
    case Type::contains:
      return text->find(text_) != text->npos;
  }
  return false;
}

const std::string* read_literal(const Value& value, const std::string& path, Problems& problems) {
  const std::string* text = kind::notation(value);
  if (text == nullptr) kind::refuse(value, path, "a string", problems);
  return text;
}

}  // namespace firedrill
