#include "proxy/codec/json/condition.h"

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>

namespace firedrill::json {
namespace {

template <class T>
std::optional<T> parse(std::string_view text) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, number);
  if (ec != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// Whole numbers exactly, for identifiers do not fit a double; others as doubles, as readers do.
std::partial_ordering compare_numbers(std::string_view left, std::string_view right) {
  const auto left_whole = parse<std::int64_t>(left);
  const auto right_whole = parse<std::int64_t>(right);
  if (left_whole && right_whole) return *left_whole <=> *right_whole;
  const auto left_real = parse<double>(left);
  const auto right_real = parse<double>(right);
  if (left_real && right_real) return *left_real <=> *right_real;
  return left == right ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
}

bool equal(std::string_view value, Type type, const Operand& operand) {
  if (type != operand.type) return false;
  if (type == Type::string) return unquote(value) == operand.text;
  if (type == Type::number) return compare_numbers(value, operand.text) == 0;
  return type == Type::null || value == operand.text;
}

std::partial_ordering order(std::string_view value, Type type, const Operand& operand) {
  const bool numbers = type == Type::number && operand.type == Type::number;
  return numbers ? compare_numbers(value, operand.text) : std::partial_ordering::unordered;
}

}  // namespace

bool holds(const Condition& condition, std::string_view payload) {
  const auto found = survey(payload, &condition.pointer);
  if (!found) return false;
  if (!found->wanted) return condition.predicate == Predicate::absent;
  const Type type = found->wanted->type;
  const std::string_view value = found->wanted->in(payload);
  switch (condition.predicate) {
    case Predicate::equal:
      return equal(value, type, condition.operand);
    case Predicate::not_equal:
      return !equal(value, type, condition.operand);
    case Predicate::greater:
      return order(value, type, condition.operand) > 0;
    case Predicate::less:
      return order(value, type, condition.operand) < 0;
    case Predicate::at_least:
      return order(value, type, condition.operand) >= 0;
    case Predicate::at_most:
      return order(value, type, condition.operand) <= 0;
    case Predicate::exists:
      return true;
    case Predicate::absent:
      return false;
  }
  return false;
}

}  // namespace firedrill::json
