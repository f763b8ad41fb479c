#include "proxy/codec/event/json_damage.h"

#include "proxy/codec/json/splice.h"
#include "proxy/codec/json/survey.h"

#include <array>
#include <vector>

namespace firedrill::event {
namespace {

using json::Place;
using json::Survey;
using json::Type;

// A damage to bracket or cut is looked for so often before it is given up.
constexpr int kTries = 8;

// Where the value stands, or everything between the spaces when it is no JSON to begin with.
Place extent(std::string_view payload) {
  if (const auto found = json::survey(payload)) return found->top;
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = payload.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  const auto last = payload.find_last_not_of(kSpace);
  return {.begin = begin, .size = last + 1 - begin, .type = Type::null};
}

struct Sample {
  Type type;
  std::string_view text;
};
constexpr std::array kSamples{
    Sample{Type::null, "null"},   Sample{Type::boolean, "true"}, Sample{Type::number, "0"},
    Sample{Type::string, "\"\""}, Sample{Type::array, "[]"},     Sample{Type::object, "{}"},
};

// A value of another type. Where it becomes a string it keeps its text, 12 becoming "12", which is
// the mistake that services make.
std::string retype(std::string_view value, Type type, Rng& rng) {
  const auto steps = rng.between(1, static_cast<std::int64_t>(kSamples.size()) - 1);
  const auto from = static_cast<std::size_t>(type);
  const Sample& sample = kSamples[(from + static_cast<std::size_t>(steps)) % kSamples.size()];
  const bool container = type == Type::array || type == Type::object;
  if (sample.type == Type::string && !container) return json::quote(value);
  return std::string(sample.text);
}

std::optional<Survey> survey(std::string_view payload, const MaybePointer& pointer) {
  return json::survey(payload, pointer ? &*pointer : nullptr);
}

// What the pointer names if it has that type; without a pointer, `first`.
std::optional<Place> choose(const Survey& found, const MaybePointer& pointer, Type type,
                            const std::optional<Place>& first) {
  if (!pointer) return first;
  return found.wanted && found.wanted->type == type ? found.wanted : std::nullopt;
}

// Where the brackets and quotes stand that close something. `payload` must be JSON.
std::vector<std::size_t> closings(std::string_view payload) {
  std::vector<std::size_t> all;
  bool quoted = false;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const char c = payload[i];
    if (quoted && c == '\\') {
      ++i;
      continue;
    }
    const bool closes = c == '"' ? quoted : !quoted && (c == '}' || c == ']');
    if (closes) all.push_back(i);
    if (c == '"') quoted = !quoted;
  }
  return all;
}

std::string random_word(Rng& rng) {
  std::string word;
  for (int i = 0; i < 8; ++i) {
    word += static_cast<char>('a' + rng.between(std::int64_t{0}, std::int64_t{25}));
  }
  return word;
}

}  // namespace

// The front of an array, object, string or word is never JSON, but that of a number often is, and
// "1" has no front that is not; so a bounded search, and then nothing at all, which is no JSON
// either.
std::string truncate_json(std::string_view payload, Rng& rng) {
  const Place place = extent(payload);
  for (int i = 0; i < kTries && place.size > 1; ++i) {
    const auto kept = rng.between(1, static_cast<std::int64_t>(place.size) - 1);
    const auto front = payload.substr(0, place.begin + static_cast<std::size_t>(kept));
    if (!json::survey(front)) return std::string(front);
  }
  return {};
}

std::optional<std::string> unbalance(std::string_view payload, Rng& rng) {
  if (!json::survey(payload)) return std::nullopt;
  const auto all = closings(payload);
  for (int i = 0; i < kTries && !all.empty(); ++i) {
    const auto which = rng.between(std::int64_t{0}, static_cast<std::int64_t>(all.size()) - 1);
    const std::size_t at = all[static_cast<std::size_t>(which)];
    std::string broken = json::splice(payload, {.begin = at, .size = 1}, "");
    if (!json::survey(broken)) return broken;
  }
  return std::nullopt;
}

std::optional<std::string> trail(std::string_view payload) {
  const auto found = json::survey(payload);
  if (!found) return std::nullopt;
  return json::insert(payload, found->top.begin + found->top.size, "}");
}

// Behind the first, so that readers for whom the last counts see the other value.
std::optional<std::string> duplicate_key(std::string_view payload) {
  const auto found = json::survey(payload);
  if (!found || !found->keyed) return std::nullopt;
  std::string again = ",";
  again.append(found->key->in(payload));
  again.append(found->keyed->type == Type::null ? ":0" : ":null");
  return json::insert(payload, found->keyed->begin + found->keyed->size, again);
}

std::optional<std::string> wrap(std::string_view payload, std::size_t arrays) {
  if (!json::survey(payload)) return std::nullopt;
  std::string wrapped(arrays, '[');
  wrapped.append(payload).append(arrays, ']');
  return wrapped;
}

std::optional<std::string> change_type(std::string_view payload, const MaybePointer& pointer,
                                       Rng& rng) {
  const auto found = survey(payload, pointer);
  if (!found) return std::nullopt;
  const auto place = pointer ? found->wanted : found->scalar;
  if (!place) return std::nullopt;
  return json::splice(payload, *place, retype(place->in(payload), place->type, rng));
}

std::optional<std::string> drop_field(std::string_view payload, const json::Pointer& pointer) {
  const auto found = json::survey(payload, &pointer);
  if (!found || !found->wanted || pointer.tokens().empty()) return std::nullopt;
  return json::remove_member(payload, *found->wanted, found->wanted_key);
}

std::optional<std::string> rename_field(std::string_view payload, const json::Pointer& pointer,
                                        std::string_view name) {
  const auto found = json::survey(payload, &pointer);
  if (!found || !found->wanted || !found->wanted_key) return std::nullopt;
  return json::splice(payload, *found->wanted_key, json::quote(name));
}

std::optional<std::string> set_field(std::string_view payload, const json::Pointer& pointer,
                                     std::string_view value) {
  const auto place = json::locate(payload, pointer);
  if (!place) return std::nullopt;
  return json::splice(payload, *place, value);
}

std::optional<std::string> add_field(std::string_view payload, const MaybePointer& pointer,
                                     Rng& rng) {
  const auto found = survey(payload, pointer);
  if (!found) return std::nullopt;
  const auto place = choose(*found, pointer, Type::object, found->object);
  if (!place) return std::nullopt;
  const std::string_view inside = place->in(payload).substr(1);
  const bool empty = inside[inside.find_first_not_of(" \t\r\n")] == '}';
  std::string field = json::quote(random_word(rng));
  field.append(empty ? ":true" : ":true,");
  return json::insert(payload, place->begin + 1, field);
}

std::optional<std::string> set_number(std::string_view payload, const MaybePointer& pointer,
                                      std::string_view number) {
  const auto found = survey(payload, pointer);
  if (!found) return std::nullopt;
  const auto place = choose(*found, pointer, Type::number, found->number);
  if (!place) return std::nullopt;
  return json::splice(payload, *place, number);
}

std::optional<std::string> set_unknown_word(std::string_view payload, const MaybePointer& pointer,
                                            Rng& rng) {
  const auto found = survey(payload, pointer);
  if (!found) return std::nullopt;
  const auto place = choose(*found, pointer, Type::string, found->string);
  if (!place) return std::nullopt;
  return json::splice(payload, *place, json::quote(random_word(rng)));
}

std::string_view text_of(BadNumber bad_number) {
  switch (bad_number) {
    case BadNumber::inexact:
      return "9007199254740993";
    case BadNumber::negative:
      return "-1";
    case BadNumber::overflow:
      return "1e400";
  }
  return {};
}

}  // namespace firedrill::event
