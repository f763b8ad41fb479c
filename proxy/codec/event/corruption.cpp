#include "proxy/codec/event/corruption.h"

#include "proxy/codec/json/survey.h"

#include <array>

namespace firedrill::event {
namespace {

using json::Place;
using json::Type;

std::string splice(std::string_view text, const Place& place, std::string_view replacement) {
  std::string result;
  result.reserve(text.size() - place.size + replacement.size());
  result += text.substr(0, place.begin);
  result += replacement;
  result += text.substr(place.begin + place.size);
  return result;
}

// Where the value stands, or everything between the spaces when it is no JSON to begin with.
Place extent(std::string_view payload) {
  if (const auto found = json::survey(payload)) return found->top;
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = payload.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  const auto last = payload.find_last_not_of(kSpace);
  return {.begin = begin, .size = last + 1 - begin, .type = Type::null};
}

// The front of an array, object, string or word is never JSON, but that of a number often is, and
// "1" has no front that is not; so a bounded search, and then nothing at all, which is no JSON
// either.
std::string truncate(std::string_view payload, Rng& rng) {
  constexpr int kTries = 8;
  const Place place = extent(payload);
  for (int i = 0; i < kTries && place.size > 1; ++i) {
    const auto kept = rng.between(1, static_cast<std::int64_t>(place.size) - 1);
    const auto front = payload.substr(0, place.begin + static_cast<std::size_t>(kept));
    if (!json::survey(front)) return std::string(front);
  }
  return {};
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
  if (sample.type == Type::string && !container) return '"' + std::string(value) + '"';
  return std::string(sample.text);
}

std::optional<std::string> change_type(std::string_view payload,
                                       const std::optional<json::Pointer>& pointer, Rng& rng) {
  const auto found = json::survey(payload, pointer ? &*pointer : nullptr);
  if (!found) return std::nullopt;
  const auto place = pointer ? found->wanted : found->scalar;
  if (!place) return std::nullopt;
  return splice(payload, *place, retype(place->in(payload), place->type, rng));
}

std::string_view bytes_of(BadUtf8 bad_utf8) {
  switch (bad_utf8) {
    case BadUtf8::lone_continuation:
      return "\x80";
    case BadUtf8::overlong:
      return "\xc0\xaf";  // '/' in two bytes
    case BadUtf8::surrogate:
      return "\xed\xa0\x80";  // U+D800
    case BadUtf8::truncated_seq:
      return "\xe2\x82";  // U+20AC without its last byte
  }
  return {};
}

// Just before the closing quote of the first string, where no escape can be torn; a key serves when
// no value is a string, and the end when there is no JSON string at all.
std::string spoil_utf8(std::string_view payload, BadUtf8 bad_utf8) {
  const auto found = json::survey(payload);
  const auto string = found && found->string ? found->string : found ? found->key : std::nullopt;
  const std::size_t at = string ? string->begin + string->size - 1 : payload.size();
  return splice(payload, {.begin = at, .size = 0, .type = Type::string}, bytes_of(bad_utf8));
}

}  // namespace

std::optional<std::string> corrupt(std::string_view payload, const Corruption& corruption,
                                   Rng& rng) {
  switch (corruption.damage) {
    case Damage::json_truncate:
      return truncate(payload, rng);
    case Damage::type_change:
      return change_type(payload, corruption.pointer, rng);
    case Damage::empty:
      return std::string();
    case Damage::utf8:
      return spoil_utf8(payload, corruption.bad_utf8);
  }
  return std::nullopt;
}

}  // namespace firedrill::event
