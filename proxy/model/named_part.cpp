#include "proxy/model/named_part.h"

#include "proxy/codec/http/chars.h"

namespace firedrill {
namespace {

// Named parts are reported where their name stands.
struct PartReader {
  NameKind names;
  Problems& problems;
  std::vector<NamedPart> parts = {};

  void add(const std::string& name, std::optional<TextMatcher> text, const std::string& path,
           const Value& place) {
    const bool good = names == NameKind::header ? http::is_token(name) : !name.empty();
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

}  // namespace

std::vector<NamedPart> read_named_parts(Fields& fields, NameKind names, std::string_view key,
                                        std::string_view shorthand) {
  PartReader reader{.names = names, .problems = fields.problems()};
  if (const Value* list = fields.optional(key)) reader.add_list(*list, fields.path_of(key));
  if (const Value* map = fields.optional(shorthand))
    reader.add_map(*map, fields.path_of(shorthand));
  return std::move(reader.parts);
}

}  // namespace firedrill
