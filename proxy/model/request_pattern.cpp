#include "proxy/model/request_pattern.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"
#include "proxy/codec/http/header_value.h"
#include "proxy/model/alternatives.h"
#include "proxy/model/health_check.h"

#include <algorithm>
#include <array>

namespace firedrill {
namespace {

struct Method {
  std::string name;
};

// The value of the first `name=value` among the pieces of `text`, blanks around a piece aside.
std::optional<std::string_view> find_pair(std::string_view text, char separator,
                                          std::string_view name) {
  while (!text.empty()) {
    const auto piece = http::trimmed(text.substr(0, text.find(separator)));
    const auto equals = std::min(piece.find('='), piece.size());
    if (piece.substr(0, equals) == name) return piece.substr(std::min(equals + 1, piece.size()));
    text.remove_prefix(std::min(text.find(separator), text.size() - 1) + 1);
  }
  return std::nullopt;
}

std::optional<std::string_view> find_cookie(const http::RequestHead& head, std::string_view name) {
  for (const http::Field& field : head.fields.all()) {
    if (!http::equal_ignoring_case(field.name, "cookie")) continue;
    if (const auto value = find_pair(field.value, ';', name)) return value;
  }
  return std::nullopt;
}

// A path or prefix that leaves any request out: not that of "/".
std::optional<RequestKey> key_of(const PathMatcher& path) {
  using enum PathMatcher::Type;
  if (path.type() == exact) return RequestKey{RequestKey::Part::path, path.text()};
  const bool selects = path.type() == prefix && !path.text().empty();
  return selects ? std::optional(RequestKey{RequestKey::Part::prefix, path.text()}) : std::nullopt;
}

}  // namespace

template <>
struct Kind<Method> {
  static std::optional<Method> read(const Value& value, const std::string& path,
                                    Problems& problems) {
    const std::string* text = kind::word(value);
    const bool good = text != nullptr && http::is_token(*text);
    if (!good) {
      return kind::refuse(value, path, "a method such as GET", problems);
    }
    // Methods have case, so that "get" would silently match nothing.
    constexpr std::array<std::string_view, 9> kUsual{
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    for (const auto usual : kUsual) {
      if (*text == usual || !http::equal_ignoring_case(*text, usual)) continue;
      return kind::refuse(value, path, std::string(usual) + ", for methods have case", problems);
    }
    return Method{*text};
  }
};

RequestPattern RequestPattern::read(Fields& fields) {
  RequestPattern pattern;
  if (const Value* path = fields.optional("path")) {
    pattern.path_ = PathMatcher::read(*path, fields.path_of("path"), fields.problems());
  }
  for (Method& method : read_alternatives<Method>(fields, "methods", "method")) {
    pattern.methods_.push_back(std::move(method.name));
  }
  pattern.headers_ = read_named_parts(fields, NameKind::header, "headers", "header");
  pattern.parameters_ = read_named_parts(fields, NameKind::any, "queryParams", "query");
  pattern.cookies_ = read_named_parts(fields, NameKind::any, "cookies", "cookie");
  if (const Value* probes = fields.optional("healthchecks")) {
    const auto only =
        Kind<bool>::read(*probes, fields.path_of("healthchecks"), fields.problems()).value_or(true);
    if (!only)
      fields.complain("healthchecks", "must be true; for the opposite, use it in `except`");
    pattern.origin_ = Origin::health_check;
  }
  return pattern;
}

RequestPattern RequestPattern::read(const Value& value, const std::string& path,
                                    Problems& problems) {
  Fields fields(value, path, problems);
  auto pattern = read(fields);
  fields.finish();
  return pattern;
}

std::optional<RequestKey> RequestPattern::key() const {
  if (path_) {
    if (auto key = key_of(*path_)) return key;
  }
  for (const NamedPart& part : headers_) {
    if (const std::string* value = part.text.exact()) {
      return RequestKey{RequestKey::Part::header, *value, part.name};
    }
  }
  return std::nullopt;
}

std::string_view RequestPattern::mismatch(const http::RequestHead& head) const {
  const auto header_fits = [&](const NamedPart& part) {
    return part.text.matches(http::HeaderValue(head.fields, part.name).text());
  };
  const auto parameter_fits = [&](const NamedPart& part) {
    return part.text.matches(find_pair(head.target.query, '&', part.name));
  };
  const auto cookie_fits = [&](const NamedPart& part) {
    return part.text.matches(find_cookie(head, part.name));
  };
  if (path_ && !path_->matches(head.target.path)) return "path";
  if (!methods_.empty() && std::ranges::find(methods_, head.method) == methods_.end()) {
    return "methods";
  }
  if (origin_ == Origin::health_check && !is_health_check(head)) return "healthchecks";
  if (!std::ranges::all_of(headers_, header_fits)) return "headers";
  if (!std::ranges::all_of(parameters_, parameter_fits)) return "queryParams";
  if (!std::ranges::all_of(cookies_, cookie_fits)) return "cookies";
  return {};
}

}  // namespace firedrill
