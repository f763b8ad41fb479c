#include "proxy/model/budget.h"

#include "proxy/core/params.h"

#include <chrono>

namespace firedrill {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

const Params<Budget>& params() {
  constexpr std::uint64_t kLeast = 1;
  constexpr std::uint64_t kMost = 0xffff'ffff;
  static const auto params =
      Params<Budget>()
          .optional("concurrent", &Budget::concurrent,
                    "At most n at once: connections for tcp, requests for http, and for dns and "
                    "stream what is being held.",
                    between(kLeast, kMost))
          .optional("per_second", &Budget::per_second,
                    "At most n in each second, counted from the activation.",
                    between(kLeast, kMost))
          .optional("total", &Budget::total, "At most n in all while the fault is active.",
                    between(kLeast, kMost));
  return params;
}

// Adds one unless that were more than `most`; zero stands for no limit.
bool add_one(std::atomic<std::uint64_t>& used, std::uint64_t most) {
  std::uint64_t before = used.load(kRelaxed);
  do {
    if (most != 0 && before >= most) return false;
  } while (!used.compare_exchange_weak(before, before + 1, kRelaxed));
  return true;
}

// Takes one away, unless the number under `mask` is zero: a new activation may have come between.
void subtract_one(std::atomic<std::uint64_t>& used, std::uint64_t mask) {
  std::uint64_t before = used.load(kRelaxed);
  while ((before & mask) != 0 && !used.compare_exchange_weak(before, before - 1, kRelaxed)) {
  }
}

constexpr std::uint64_t kCount = 0xffff'ffff;

std::uint64_t second_of(Duration elapsed) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(elapsed).count());
}

// How many were taken in the second `second`.
std::uint64_t count_in(std::uint64_t window, std::uint64_t second) {
  return window >> 32 == second ? window & kCount : 0;
}

bool add_one_in(std::atomic<std::uint64_t>& window, std::uint64_t second, std::uint64_t most) {
  std::uint64_t before = window.load(kRelaxed);
  std::uint64_t after = 0;
  do {
    // A worker whose clock was read a moment before another's counts in the later second.
    if (before >> 32 > second) second = before >> 32;
    const std::uint64_t count = count_in(before, second);
    if (count >= most) return false;
    after = second << 32 | (count + 1);
  } while (!window.compare_exchange_weak(before, after, kRelaxed));
  return true;
}

}  // namespace

bool Spending::take(const Budget& budget, Duration elapsed) {
  if (budget.concurrent != 0 && !add_one(in_use_, budget.concurrent)) return false;
  if (!add_one(total_, budget.total)) {
    if (budget.concurrent != 0) give_back();
    return false;
  }
  if (budget.per_second != 0 && !add_one_in(window_, second_of(elapsed), budget.per_second)) {
    subtract_one(total_, ~std::uint64_t{0});
    if (budget.concurrent != 0) give_back();
    return false;
  }
  return true;
}

bool Spending::has_room(const Budget& budget, Duration elapsed) const {
  const auto room = [](std::uint64_t used, std::uint64_t most) { return most == 0 || used < most; };
  return room(in_use(), budget.concurrent) && room(total_.load(kRelaxed), budget.total) &&
         room(count_in(window_.load(kRelaxed), second_of(elapsed)), budget.per_second);
}

void Spending::refund(const Budget& budget) {
  subtract_one(total_, ~std::uint64_t{0});
  if (budget.per_second != 0) subtract_one(window_, kCount);
}

void Spending::activate() {
  window_.store(0, kRelaxed);
  total_.store(0, kRelaxed);
}

std::optional<Budget> Kind<Budget>::read(const Value& value, const std::string& path,
                                         Problems& problems) {
  if (value.map() == nullptr) return kind::refuse(value, path, expected(), problems);
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  const Budget budget = params().read(fields);
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return budget;
}

boost::json::object Kind<Budget>::schema() {
  // Nothing that could be written stands for "no such limit", so there are no defaults to tell.
  boost::json::object schema = params().schema();
  for (auto& property : schema["properties"].as_object()) {
    property.value().as_object().erase("default");
  }
  return schema;
}

boost::json::value Kind<Budget>::write(const Budget& budget) {
  boost::json::object given;
  const auto add = [&](const char* key, std::uint64_t number) {
    if (number != 0) given[key] = number;
  };
  add("concurrent", budget.concurrent);
  add("per_second", budget.per_second);
  add("total", budget.total);
  return given;
}

}  // namespace firedrill
