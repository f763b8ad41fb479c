#include "proxy/core/interpolate.h"

#include "proxy/core/kind.h"
#include "proxy/core/units.h"

#include <cmath>
#include <string>

namespace firedrill {
namespace {

Value plain(std::string text, const Value& from) {
  return Value({Value::Scalar::plain, std::move(text)}, from.at());
}

std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto [end, ec] = std::to_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc{} ? std::string(text.data(), end) : std::to_string(number);
}

template <class T>
std::optional<T> number_of(const std::string& text) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, number);
  return ec == std::errc{} && stop == end ? std::optional<T>(number) : std::nullopt;
}

}  // namespace

std::optional<Value> interpolate(const Value& from, const Value& to, double part) {
  const std::string* first = kind::notation(from);
  const std::string* last = kind::notation(to);
  if (first == nullptr || last == nullptr) return std::nullopt;
  const auto between = [part](double a, double b) { return std::lerp(a, b, part); };
  const auto whole = [&](auto a, auto b) {
    return std::llround(between(static_cast<double>(a), static_cast<double>(b)));
  };
  if (const auto a = number_of<std::int64_t>(*first), b = number_of<std::int64_t>(*last); a && b) {
    return plain(std::to_string(whole(*a, *b)), from);
  }
  if (const auto a = number_of<double>(*first), b = number_of<double>(*last); a && b) {
    return plain(shortest(between(*a, *b)), from);
  }
  if (const auto a = parse_duration(*first), b = parse_duration(*last); a && b) {
    return plain(format(Duration(whole(a->count(), b->count()))), from);
  }
  if (const auto a = parse_byte_size(*first), b = parse_byte_size(*last); a && b) {
    return plain(format(ByteSize{static_cast<std::uint64_t>(whole(a->bytes, b->bytes))}), from);
  }
  if (const auto a = parse_rate(*first), b = parse_rate(*last); a && b) {
    return plain(format(Rate{between(a->bytes_per_second, b->bytes_per_second)}), from);
  }
  if (const auto a = parse_fraction(*first), b = parse_fraction(*last); a && b) {
    return plain(format(Fraction{between(a->value, b->value)}), from);
  }
  return std::nullopt;
}

}  // namespace firedrill
