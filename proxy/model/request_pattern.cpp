#include "proxy/model/request_pattern.h"

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/head.h"
#include "proxy/model/alternatives.h"
#include "proxy/model/header_value.h"
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

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return http::is(http::kTokenChar, c); });
}

// Named parts are reported where their name stands.
enum class NameKind : std::uint8_t { any, header };

struct PartReader {
  NameKind names;
  Problems& problems;
  std::vector<RequestPattern::Part> parts = {};

  void add(const std::string& name, std::optional<TextMatcher> text, const std::string& path,
           const Value& place) {
    const bool good = names == NameKind::header ? is_token(name) : !name.empty();
    if (!good) {
      const std::string what = names == NameKind::header ? "the name of a header" : "a name";
      problems.push_back({path, "must be " + what + ", not \"" + name + '"', place.at()});
    } else if (text) {
      parts.push_back({name, std::move(*text)});
    }
  }

  // [{name, type, value}, ...]
  void add_list(const Value& value, const std::string& path) {
    const auto* list = value.list();
    if (list == nullptr) {
      kind::refuse(value, path, "a list of maps with name, type and value", problems);
      return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      Fields fields((*list)[i], path + "[" + std::to_string(i) + "]", problems);
      const Value* given = fields.required("name");
      auto text = TextMatcher::read(fields);
      fields.finish();
      if (given == nullptr) continue;
      const std::string place = fields.path_of("name");
      if (const auto name = Kind<std::string>::read(*given, place, problems)) {
        add(*name, std::move(text), place, *given);
      }
    }
  }

  // {name: value, ...}
  void add_map(const Value& value, const std::string& path) {
    const auto* map = value.map();
    if (map == nullptr) {
      kind::refuse(value, path, "a map from names to values", problems);
      return;
    }
    for (const auto& entry : *map) {
      const std::string place = path + "." + entry.key;
      if (const std::string* text = read_literal(entry.value, place, problems)) {
        add(entry.key, TextMatcher::equal_to(*text), place, entry.value);
      }
    }
  }
};

std::vector<RequestPattern::Part> read_parts(Fields& fields, NameKind names, std::string_view key,
                                             std::string_view shorthand) {
  PartReader reader{.names = names, .problems = fields.problems()};
  if (const Value* list = fields.optional(key)) reader.add_list(*list, fields.path_of(key));
  if (const Value* map = fields.optional(shorthand))
    reader.add_map(*map, fields.path_of(shorthand));
  return std::move(reader.parts);
}

}  // namespace

template <>
struct Kind<Method> {
  static std::optional<Method> read(const Value& value, const std::string& path,
                                    Problems& problems) {
    const std::string* text = kind::word(value);
    if (text == nullptr || !is_token(*text)) {
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
  pattern.headers_ = read_parts(fields, NameKind::header, "headers", "header");
  pattern.parameters_ = read_parts(fields, NameKind::any, "queryParams", "query");
  pattern.cookies_ = read_parts(fields, NameKind::any, "cookies", "cookie");
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

std::string_view RequestPattern::mismatch(const http::RequestHead& head) const {
  const auto header_fits = [&](const Part& part) {
    return part.text.matches(HeaderValue(head, part.name).text());
  };
  const auto parameter_fits = [&](const Part& part) {
    return part.text.matches(find_pair(head.target.query, '&', part.name));
  };
  const auto cookie_fits = [&](const Part& part) {
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
