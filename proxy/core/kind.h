#pragma once

#include "proxy/core/units.h"
#include "proxy/core/value.h"

#include <boost/json/object.hpp>

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// How a type is written in YAML and JSON. Specialise it for each type that configuration may hold:
//   read    the value, or nothing after adding a problem that says what is allowed
//   expected  what is allowed, in words, for messages and documentation
//   schema  its JSON Schema (draft 2020-12)
//   write   back to JSON, for defaults
template <class T>
struct Kind;

namespace kind {

// Adds "must be <expected>, not <value>".
std::nullopt_t refuse(const Value& value, const std::string& path, std::string_view expected,
                      Problems& problems);

// The text of a scalar that may be a word: plain or quoted, but no JSON number or boolean.
const std::string* word(const Value& value);

// The text of a scalar that may be a number: plain, or a JSON number.
const std::string* number(const Value& value);

// A scalar with its own notation (durations and the like), where JSON may write a string or a
// number.
const std::string* notation(const Value& value);

}  // namespace kind

template <>
struct Kind<std::string> {
  static std::optional<std::string> read(const Value& value, const std::string& path,
                                         Problems& problems);
  static std::string expected() { return "a string"; }
  static boost::json::object schema() { return {{"type", "string"}}; }
  static boost::json::value write(const std::string& text) { return boost::json::value(text); }
};

template <>
struct Kind<bool> {
  static std::optional<bool> read(const Value& value, const std::string& path, Problems& problems);
  static std::string expected() { return "true or false"; }
  static boost::json::object schema() { return {{"type", "boolean"}}; }
  static boost::json::value write(bool flag) { return flag; }
};

template <std::integral T>
struct Kind<T> {
  static std::optional<T> read(const Value& value, const std::string& path, Problems& problems) {
    if (const std::string* text = kind::number(value)) {
      T number{};
      const char* end = text->data() + text->size();
      const auto [stop, ec] = std::from_chars(text->data(), end, number);
      if (ec == std::errc{} && stop == end) return number;
    }
    return kind::refuse(value, path, expected(), problems);
  }
  static std::string expected() { return "a whole number"; }
  static boost::json::object schema() { return {{"type", "integer"}}; }
  static boost::json::value write(T number) { return number; }
};

template <>
struct Kind<double> {
  static std::optional<double> read(const Value& value, const std::string& path,
                                    Problems& problems);
  static std::string expected() { return "a number"; }
  static boost::json::object schema() { return {{"type", "number"}}; }
  static boost::json::value write(double number) { return number; }
};

// The types of units.h, each with its own notation.
template <class T, std::optional<T> (*parse)(std::string_view)>
struct NotationKind {
  static std::optional<T> read(const Value& value, const std::string& path, Problems& problems) {
    if (const std::string* text = kind::notation(value)) {
      if (const auto parsed = parse(*text)) return parsed;
    }
    return kind::refuse(value, path, Kind<T>::expected(), problems);
  }
  static boost::json::object schema() {
    return {{"type", "string"}, {"description", Kind<T>::expected()}};
  }
  static boost::json::value write(const T& notation) {
    return boost::json::value(format(notation));
  }
};

template <>
struct Kind<Duration> : NotationKind<Duration, parse_duration> {
  static std::string expected() { return "a duration such as 250us, 10ms, 1.5s, 2m or 1h"; }
};
template <>
struct Kind<ByteSize> : NotationKind<ByteSize, parse_byte_size> {
  static std::string expected() { return "a size such as 512, 64KiB or 10MB"; }
};
template <>
struct Kind<Rate> : NotationKind<Rate, parse_rate> {
  static std::string expected() { return "a rate such as 1MB/s or 50Mbps"; }
};
template <>
struct Kind<Frequency> : NotationKind<Frequency, parse_frequency> {
  static std::string expected() { return "a frequency such as 10/s, 100/m or 1000/h"; }
};
template <>
struct Kind<Fraction> : NotationKind<Fraction, parse_fraction> {
  static std::string expected() { return "a share such as 12.5% or 0.125"; }
};

// An optional key whose absence means something of its own.
template <class T>
struct Kind<std::optional<T>> {
  static std::optional<std::optional<T>> read(const Value& value, const std::string& path,
                                              Problems& problems) {
    auto read = Kind<T>::read(value, path, problems);
    if (!read) return std::nullopt;
    return std::optional<std::optional<T>>(std::in_place, std::move(*read));
  }
  static std::string expected() { return Kind<T>::expected(); }
  static boost::json::object schema() { return Kind<T>::schema(); }
  static boost::json::value write(const std::optional<T>& value) {
    return value ? Kind<T>::write(*value) : boost::json::value(nullptr);
  }
};

// A list; one value that is no list stands for a list of one.
template <class T>
struct Kind<std::vector<T>> {
  static std::optional<std::vector<T>> read(const Value& value, const std::string& path,
                                            Problems& problems) {
    std::vector<T> items;
    bool whole = true;
    const auto add = [&](const Value& item, const std::string& place) {
      auto read = Kind<T>::read(item, place, problems);
      whole = whole && read.has_value();
      if (read) items.push_back(std::move(*read));
    };
    if (const auto* list = value.list()) {
      for (std::size_t i = 0; i < list->size(); ++i)
        add((*list)[i], path + "[" + std::to_string(i) + "]");
    } else {
      add(value, path);
    }
    if (!whole) return std::nullopt;
    return items;
  }
  static std::string expected() { return Kind<T>::expected() + ", or a list of them"; }
  static boost::json::object schema() { return {{"type", "array"}, {"items", Kind<T>::schema()}}; }
  static boost::json::value write(const std::vector<T>& items) {
    boost::json::array array;
    for (const T& item : items) array.push_back(Kind<T>::write(item));
    return array;
  }
};

// For an enumeration, specialise Names with its words and derive Kind from EnumKind:
//   template <> struct Names<Mode> { static constexpr std::pair<std::string_view, Mode> kAll[] =
//   {...}; }; template <> struct Kind<Mode> : EnumKind<Mode> {};
template <class E>
struct Names;

template <class E>
std::string_view name_of(E value) {
  for (const auto& [name, known] : Names<E>::kAll) {
    if (known == value) return name;
  }
  return "?";
}

template <class E>
struct EnumKind {
  static std::optional<E> read(const Value& value, const std::string& path, Problems& problems) {
    if (const std::string* text = kind::notation(value)) {
      for (const auto& [name, known] : Names<E>::kAll) {
        if (*text == name) return known;
      }
    }
    return kind::refuse(value, path, expected(), problems);
  }
  static std::string expected() {
    std::string all = "one of ";
    for (const auto& [name, known] : Names<E>::kAll) {
      if (known != Names<E>::kAll[0].second || name != Names<E>::kAll[0].first) all += ", ";
      all += name;
    }
    return all;
  }
  static boost::json::object schema() {
    boost::json::array names;
    for (const auto& [name, known] : Names<E>::kAll) names.emplace_back(name);
    return {{"enum", std::move(names)}};
  }
  static boost::json::value write(E value) { return boost::json::value(name_of(value)); }
};

}  // namespace firedrill
