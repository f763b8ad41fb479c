#include "proxy/model/path_matcher.h"

namespace firedrill {
namespace {

// "" or what is wrong with a path that is compared byte for byte, and so could never be met.
std::string wrong_path(PathMatcher::Type type, std::string_view text) {
  if (type == PathMatcher::Type::exact && text == "*") return {};  // OPTIONS *
  if (!text.starts_with('/')) return "must begin with a slash";
  if (text.find('?') != text.npos) return "must be without the query; match that by queryParams";
  if (text.find('#') != text.npos) return "must be without a fragment, which clients do not send";
  for (const char c : text) {
    if (c <= ' ' || c > '~') return "must be as it is sent: visible ASCII, the rest as %XX";
  }
  return {};
}

}  // namespace

std::optional<PathMatcher> PathMatcher::read(const Value& value, const std::string& path,
                                             Problems& problems) {
  if (value.map() == nullptr) return make(Type::prefix, value, path, problems);
  Fields fields(value, path, problems);
  const std::size_t before = problems.size();
  Type type = Type::prefix;
  if (const Value* given = fields.optional("type")) {
    type = Kind<Type>::read(*given, fields.path_of("type"), problems).value_or(type);
  }
  const Value* text = fields.required("value");
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return make(type, *text, fields.path_of("value"), problems);
}

std::optional<PathMatcher> PathMatcher::make(Type type, const Value& value, const std::string& path,
                                             Problems& problems) {
  const std::string* text = kind::word(value);
  if (text == nullptr) return kind::refuse(value, path, "a path such as /healthz", problems);
  if (type == Type::regular_expression) {
    auto regex = Regex::compile(*text, value, path, problems);
    if (!regex) return std::nullopt;
    return PathMatcher(type, *text, std::move(regex));
  }
  if (const std::string wrong = wrong_path(type, *text); !wrong.empty()) {
    problems.push_back({path, wrong + ", not " + value.describe(), value.at()});
    return std::nullopt;
  }
  std::string kept = *text;
  if (type == Type::prefix && kept.ends_with('/')) kept.pop_back();
  return PathMatcher(type, std::move(kept), std::nullopt);
}

bool PathMatcher::matches(std::string_view path) const {
  switch (type_) {
    case Type::exact:
      return path == text_;
    case Type::prefix:
      return text_.empty() || (path.starts_with(text_) &&
                               (path.size() == text_.size() || path[text_.size()] == '/'));
    case Type::regular_expression:
      return regex_->matches(path);
  }
  return false;
}

}  // namespace firedrill
