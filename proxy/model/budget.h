#pragma once

#include "proxy/core/kind.h"
#include "proxy/core/time.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace firedrill {

// How much a fault may do at most, whatever its match, share and trigger allow. Zero means no such
// limit.
struct Budget {
  std::uint64_t concurrent = 0;  // under the fault at once
  std::uint64_t per_second = 0;  // in each second since the activation
  std::uint64_t total = 0;       // since the activation

  bool limited() const { return (concurrent | per_second | total) != 0; }
  bool operator==(const Budget&) const = default;
};

// Written `{concurrent: 5, per_second: 10, total: 100}`, with one of them or more.
template <>
struct Kind<Budget> {
  static std::optional<Budget> read(const Value& value, const std::string& path,
                                    Problems& problems);
  static std::string expected() { return "a map with concurrent, per_second or total"; }
  static boost::json::object schema();
  // The limits that are given.
  static boost::json::value write(const Budget& budget);
};

// What of a budget has been used, by all workers. Each member stands alone.
class Spending {
 public:
  // Takes one of everything that is limited, or nothing at all. `elapsed` is the time since the
  // activation.
  bool take(const Budget& budget, Duration elapsed);
  // Whether it would, now.
  bool has_room(const Budget& budget, Duration elapsed) const;
  // Gives back what is only borrowed: a unit of `concurrent`.
  void give_back() { in_use_.fetch_sub(1, std::memory_order_relaxed); }
  // Undoes a take() for which nothing was done after all.
  void refund(const Budget& budget);

  std::uint64_t in_use() const { return in_use_.load(std::memory_order_relaxed); }

  // What is in use will be given back, also by those that took it before.
  void activate();

 private:
  // The second in the upper half, and how many were taken in it in the lower.
  std::atomic<std::uint64_t> window_{0};
  std::atomic<std::uint64_t> total_{0};
  std::atomic<std::uint64_t> in_use_{0};
};

// A borrowed unit of `concurrent`, given back at the end of what was hit; or none.
class BudgetUnit {
 public:
  BudgetUnit() = default;
  // `lender` holds the unit that has been taken already.
  explicit BudgetUnit(std::shared_ptr<Spending> lender) : lender_(std::move(lender)) {}
  BudgetUnit(BudgetUnit&& other) noexcept : lender_(std::move(other.lender_)) {}
  BudgetUnit& operator=(BudgetUnit&& other) noexcept {
    BudgetUnit taken(std::move(other));
    lender_.swap(taken.lender_);
    return *this;
  }
  ~BudgetUnit() {
    if (lender_ != nullptr) lender_->give_back();
  }

  explicit operator bool() const { return lender_ != nullptr; }

 private:
  std::shared_ptr<Spending> lender_;
};

}  // namespace firedrill
