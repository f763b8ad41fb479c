#include "proxy/model/trigger.h"

#include "proxy/core/params.h"

#include <algorithm>

namespace firedrill {

template <>
struct Names<Trigger::Scope> {
  using enum Trigger::Scope;
  static constexpr std::pair<std::string_view, Trigger::Scope> kAll[] = {
      {"global", global},
      {"client", client},
      {"connection", connection},
      {"name", name},
      {"client+name+type", client_name_type}};
};
template <>
struct Kind<Trigger::Scope> : EnumKind<Trigger::Scope> {};

namespace {

// The key at fault and what is wrong with it, when the conditions exclude each other.
struct Contradiction {
  std::string_view key;
  std::string what;
};

std::optional<Contradiction> contradiction(const Trigger& trigger) {
  if (trigger.always() && trigger.scope != Trigger::Scope::global) {
    return Contradiction{"scope", "must stand beside first, after, every, times or nth"};
  }
  if (trigger.first != 0 && trigger.first <= trigger.after) {
    return Contradiction{"first", "must be more than `after`, or nothing is ever hit"};
  }
  const auto allowed = [&](std::uint64_t ordinal) {
    return ordinal > trigger.after && (trigger.first == 0 || ordinal <= trigger.first);
  };
  if (!trigger.nth.empty() && std::ranges::none_of(trigger.nth, allowed)) {
    return Contradiction{"nth", "must name an ordinal that `first` and `after` allow"};
  }
  return std::nullopt;
}

const Params<Trigger>& params() {
  constexpr std::uint64_t kLeast = 1;
  static const auto params =
      Params<Trigger>()
          .optional("first", &Trigger::first, "Only the first n.", at_least(kLeast))
          .optional("after", &Trigger::after, "Only those after the first n.", at_least(kLeast))
          .optional("every", &Trigger::every, "Only each n-th.", at_least(kLeast))
          .optional("times", &Trigger::times, "At most n times.", at_least(kLeast))
          .optional("nth", &Trigger::nth, "Only these, counted from 1.")
          .optional(
              "scope", &Trigger::scope,
              "What is counted: global is everybody's, client that of each address, connection "
              "that of each connection; for dns also name, that about each name, and "
              "client+name+type, that of each address about each name and type. Up to some "
              "4,000 are counted apart; further ones are never hit and count as overflow.");
  return params;
}

}  // namespace

bool Trigger::fires(std::uint64_t ordinal) const {
  return (first == 0 || ordinal <= first) && ordinal > after &&
         (every == 0 || ordinal % every == 0) &&
         (nth.empty() || std::ranges::binary_search(nth, ordinal));
}

std::optional<Trigger> Kind<Trigger>::read(const Value& value, const std::string& path,
                                           Problems& problems) {
  if (value.map() == nullptr) return kind::refuse(value, path, expected(), problems);
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  Trigger trigger = params().read(fields);
  fields.finish();
  if (problems.size() != before) return std::nullopt;

  std::ranges::sort(trigger.nth);
  trigger.nth.erase(std::unique(trigger.nth.begin(), trigger.nth.end()), trigger.nth.end());
  const bool ordinals = !trigger.nth.empty() && trigger.nth.front() != 0;
  if (fields.optional("nth") != nullptr && !ordinals) {
    fields.complain("nth", "must name one ordinal or more, counted from 1");
  } else if (const auto wrong = contradiction(trigger)) {
    fields.complain(wrong->key, wrong->what);
  }
  if (problems.size() != before) return std::nullopt;
  return trigger;
}

boost::json::object Kind<Trigger>::schema() {
  // Nothing that could be written stands for "no such condition", so there are no defaults to tell.
  boost::json::object schema = params().schema();
  for (auto& property : schema["properties"].as_object()) {
    if (property.key() != "scope") property.value().as_object().erase("default");
  }
  return schema;
}

boost::json::value Kind<Trigger>::write(const Trigger& trigger) {
  boost::json::object given;
  const auto add = [&](const char* key, std::uint64_t number) {
    if (number != 0) given[key] = number;
  };
  add("first", trigger.first);
  add("after", trigger.after);
  add("every", trigger.every);
  add("times", trigger.times);
  if (!trigger.nth.empty()) given["nth"] = Kind<std::vector<std::uint64_t>>::write(trigger.nth);
  if (trigger.scope != Trigger::Scope::global) given["scope"] = name_of(trigger.scope);
  return given;
}

}  // namespace firedrill
