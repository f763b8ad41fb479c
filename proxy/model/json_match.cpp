#include "proxy/model/json_match.h"

#include "proxy/core/fields.h"
#include "proxy/core/kind.h"

#include <algorithm>

namespace firedrill {
namespace {

std::optional<json::Operand> read_operand(const Value& value, const std::string& path,
                                          Problems& problems) {
  if (value.is_null()) return json::Operand{};
  const auto* scalar = value.text();
  if (scalar == nullptr) {
    return kind::refuse(value, path, "a string, a number, true, false or null", problems);
  }
  const auto meaning = to_json(value);
  if (meaning.is_bool()) return json::Operand{.type = json::Type::boolean, .text = scalar->text};
  if (meaning.is_number()) return json::Operand{.type = json::Type::number, .text = scalar->text};
  return json::Operand{.type = json::Type::string, .text = scalar->text};
}

std::optional<json::Operand> read_number(const Value& value, const std::string& path,
                                         Problems& problems) {
  if (value.text() != nullptr && to_json(value).is_number()) {
    return json::Operand{.type = json::Type::number, .text = value.text()->text};
  }
  return kind::refuse(value, path, "a number", problems);
}

}  // namespace

// Reads what is asked of the value at one pointer.
class JsonTestReader {
 public:
  using Test = JsonMatch::Test;

  JsonTestReader(json::Pointer pointer, Problems& problems)
      : pointer_(std::move(pointer)), problems_(problems) {}

  std::vector<Test> read(const Value& value, const std::string& path) {
    if (value.list() != nullptr) {
      kind::refuse(value, path, "one value, or {in: [...]} for several", problems_);
    } else if (value.map() == nullptr) {
      compare(json::Predicate::equal, read_operand(value, path, problems_));
    } else {
      read_operators(value, path);
    }
    return std::move(tests_);
  }

 private:
  void read_operators(const Value& value, const std::string& path) {
    Fields fields(value, path, problems_);
    // Asked for in the map itself, for null is something to compare with.
    for (const auto& [key, test] :
         {std::pair("eq", json::Predicate::equal), {"ne", json::Predicate::not_equal}}) {
      fields.optional(key);
      const Value* operand = value.find(key);
      if (operand != nullptr) compare(test, read_operand(*operand, fields.path_of(key), problems_));
    }
    for (const auto& [key, test] : {std::pair("gt", json::Predicate::greater),
                                    {"ge", json::Predicate::at_least},
                                    {"lt", json::Predicate::less},
                                    {"le", json::Predicate::at_most}}) {
      const Value* operand = fields.optional(key);
      if (operand != nullptr) compare(test, read_number(*operand, fields.path_of(key), problems_));
    }
    if (const Value* list = fields.optional("in")) read_in(*list, fields.path_of("in"));
    if (const Value* flag = fields.optional("exists")) {
      const auto wanted = Kind<bool>::read(*flag, fields.path_of("exists"), problems_);
      compare(wanted.value_or(true) ? json::Predicate::exists : json::Predicate::absent,
              json::Operand{});
    }
    if (const Value* pattern = fields.optional("regex")) {
      auto regex = Kind<Regex>::read(*pattern, fields.path_of("regex"), problems_);
      tests_.push_back({.regex = std::move(regex), .pointer = pointer_});
    }
    fields.finish();
    if (value.map()->empty()) {
      kind::refuse(value, path,
                   "a value, or a map with eq, ne, gt, ge, lt, le, in, exists or regex", problems_);
    }
  }

  void read_in(const Value& value, const std::string& path) {
    const auto* list = value.list();
    if (list == nullptr || list->empty()) {
      kind::refuse(value, path, "a list with at least one value", problems_);
      return;
    }
    Test test;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto operand =
          read_operand((*list)[i], path + "[" + std::to_string(i) + "]", problems_);
      if (operand) test.any_of.push_back(condition(json::Predicate::equal, *operand));
    }
    tests_.push_back(std::move(test));
  }

  json::Condition condition(json::Predicate predicate, json::Operand operand) const {
    return {.pointer = pointer_, .predicate = predicate, .operand = std::move(operand)};
  }

  void compare(json::Predicate test, std::optional<json::Operand> operand) {
    if (operand) tests_.push_back({.any_of = {condition(test, std::move(*operand))}});
  }

  json::Pointer pointer_;
  Problems& problems_;
  std::vector<Test> tests_;
};

JsonMatch JsonMatch::read(const Value& value, const std::string& path, Problems& problems) {
  JsonMatch match;
  const auto* map = value.map();
  if (map == nullptr) {
    kind::refuse(value, path, "a map from JSON Pointers to values", problems);
    return match;
  }
  for (const auto& entry : *map) {
    const std::string place = path + "." + entry.key;
    auto pointer = json::Pointer::parse(entry.key);
    if (!pointer) {
      problems.push_back({place, "must be a JSON Pointer such as /order/total", entry.at});
      continue;
    }
    auto tests = JsonTestReader(std::move(*pointer), problems).read(entry.value, place);
    std::ranges::move(tests, std::back_inserter(match.tests_));
  }
  return match;
}

bool JsonMatch::accepts(std::string_view payload) const {
  return std::ranges::all_of(tests_, [&](const Test& test) { return test.holds(payload); });
}

bool JsonMatch::Test::holds(std::string_view payload) const {
  if (!regex) {
    return std::ranges::any_of(
        any_of, [&](const json::Condition& condition) { return json::holds(condition, payload); });
  }
  const auto place = json::locate(payload, pointer);
  return place && place->type == json::Type::string &&
         regex->matches(json::unquote(place->in(payload)));
}

}  // namespace firedrill
