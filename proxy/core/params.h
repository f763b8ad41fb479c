#pragma once

#include "proxy/core/fields.h"
#include "proxy/core/kind.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace firedrill {

// An inclusive range for a parameter; leave an end out with `std::nullopt`.
template <class T>
struct Range {
  std::optional<T> least;
  std::optional<T> greatest;
};

template <class T>
Range<T> between(T least, T greatest) {
  return {least, greatest};
}
template <class T>
Range<T> at_least(T least) {
  return {least, std::nullopt};
}

// The keys of one configuration object, declared once. From the declaration come the reader, the
// JSON Schema, and the reference documentation:
//
//   Params<Config>()
//       .required("code", &Config::code, "The status code.", between(100, 599))
//       .optional("body", &Config::body, "The body; empty by default.")
//
// A key that is optional() and absent leaves the value that Config{} has.
template <class Config>
class Params {
 public:
  template <class T>
  Params& required(std::string key, T Config::*field, std::string doc, Range<T> range = {}) {
    return add(Need::required, std::move(key), field, std::move(doc), range);
  }
  template <class T>
  Params& optional(std::string key, T Config::*field, std::string doc, Range<T> range = {}) {
    return add(Need::optional, std::move(key), field, std::move(doc), range);
  }
  // A rule over several keys: gives "" or what is wrong, which is reported at `key`.
  Params& check(std::string key, std::function<std::string(const Config&)> rule) {
    checks_.push_back({std::move(key), std::move(rule)});
    return *this;
  }

  // Reads the declared keys; unknown ones stay with `fields` for finish().
  Config read(Fields& fields) const {
    Config config{};
    const std::size_t before = fields.problems().size();
    for (const Entry& entry : entries_) {
      const Value* value =
          entry.need == Need::required ? fields.required(entry.key) : fields.optional(entry.key);
      if (value != nullptr)
        entry.read(*value, fields.path_of(entry.key), config, fields.problems());
    }
    if (fields.problems().size() == before) {
      for (const Check& check : checks_) {
        if (std::string wrong = check.rule(config); !wrong.empty())
          fields.complain(check.key, wrong);
      }
    }
    return config;
  }

  // A JSON Schema of type object with every key, its documentation and its default.
  boost::json::object schema() const {
    boost::json::object properties;
    boost::json::array required;
    for (const Entry& entry : entries_) {
      properties[entry.key] = entry.schema;
      if (entry.need == Need::required) required.emplace_back(entry.key);
    }
    boost::json::object schema{{"type", "object"}, {"additionalProperties", false}};
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

 private:
  enum class Need : std::uint8_t { required, optional };
  struct Entry {
    std::string key;
    Need need;
    std::function<void(const Value&, const std::string&, Config&, Problems&)> read;
    boost::json::object schema;
  };
  struct Check {
    std::string key;
    std::function<std::string(const Config&)> rule;
  };

  template <class T>
  Params& add(Need need, std::string key, T Config::*field, std::string doc, Range<T> range) {
    boost::json::object schema = Kind<T>::schema();
    schema["description"] = doc;
    if (need == Need::optional) {
      if (auto fallback = Kind<T>::write(Config{}.*field); !fallback.is_null()) {
        schema["default"] = std::move(fallback);
      }
    }
    if constexpr (std::totally_ordered<T>) {
      if (range.least) schema["minimum"] = Kind<T>::write(*range.least);
      if (range.greatest) schema["maximum"] = Kind<T>::write(*range.greatest);
    }
    auto read = [field, range](const Value& value, const std::string& path, Config& config,
                               Problems& problems) {
      auto got = Kind<T>::read(value, path, problems);
      if (!got) return;
      if (std::string wrong = outside(*got, range); !wrong.empty()) {
        problems.push_back({path, wrong + ", not " + value.describe(), value.at()});
        return;
      }
      config.*field = std::move(*got);
    };
    entries_.push_back({std::move(key), need, std::move(read), std::move(schema)});
    return *this;
  }

  template <class T>
  static std::string outside(const T& value, const Range<T>& range) {
    if constexpr (std::totally_ordered<T>) {
      const auto text = [](const T& bound) {
        const auto json = Kind<T>::write(bound);
        return json.is_string() ? std::string(json.get_string()) : boost::json::serialize(json);
      };
      const bool low = range.least && value < *range.least;
      const bool high = range.greatest && value > *range.greatest;
      if (!low && !high) return {};
      if (range.least && range.greatest)
        return "must be from " + text(*range.least) + " to " + text(*range.greatest);
      return low ? "must be at least " + text(*range.least)
                 : "must be at most " + text(*range.greatest);
    } else {
      return {};
    }
  }

  std::vector<Entry> entries_;
  std::vector<Check> checks_;
};

}  // namespace firedrill
