#include "bench/load/options.h"

#include <charconv>
#include <stdexcept>

namespace firedrill::bench {

Options::Options(int count, const char* const* arguments) {
  for (int i = 0; i < count; i += 2) {
    const std::string name = arguments[i];
    if (!name.starts_with("--")) throw std::invalid_argument("not an option: " + name);
    if (i + 1 == count) throw std::invalid_argument("no value for " + name);
    values_[name.substr(2)] = arguments[i + 1];
  }
}

std::int64_t Options::integer(const std::string& name, std::int64_t otherwise, Range range) {
  const double value = number(name, static_cast<double>(otherwise), range);
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) != value) {
    throw std::invalid_argument("--" + name + " must be a whole number");
  }
  return whole;
}

double Options::number(const std::string& name, double otherwise, Range range) {
  const std::string given = text(name, "");
  if (given.empty()) return otherwise;
  double value = 0;
  const char* const end = given.data() + given.size();
  const auto [rest, error] = std::from_chars(given.data(), end, value);
  if (error != std::errc() || rest != end || !(value >= static_cast<double>(range.least)) ||
      !(value <= static_cast<double>(range.most))) {
    throw std::invalid_argument("--" + name + " must be a number from " +
                                std::to_string(range.least) + " to " + std::to_string(range.most));
  }
  return value;
}

std::string Options::text(const std::string& name, const std::string& otherwise) {
  known_.insert(name);
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : found->second;
}

void Options::refuse_unknown() const {
  for (const auto& [name, value] : values_) {
    if (!known_.contains(name)) throw std::invalid_argument("unknown option --" + name);
  }
}

}  // namespace firedrill::bench
