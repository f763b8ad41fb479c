#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace firedrill::demo {

struct Order {
  std::uint64_t id = 0;
  std::string customer;
  std::string item;
  int quantity = 1;
};

boost::json::object to_json(const Order& order);

// The orders of the demo's shop, numbered from 1. Only the latest are kept.
class Shop {
 public:
  static constexpr std::size_t kKept = 1000;

  // Gives the order a number.
  const Order& place(Order order);
  // What a customer of the demo orders next: the same sequence in every run.
  const Order& place_next();

  const Order* find(std::uint64_t id) const;
  std::uint64_t latest() const { return latest_; }
  // The first that is kept of those numbered above `id`; null when there is none yet.
  const Order* after(std::uint64_t id) const;
  // The latest, oldest first.
  std::vector<Order> last(std::size_t count) const;

 private:
  std::deque<Order> orders_;
  std::uint64_t latest_ = 0;
};

}  // namespace firedrill::demo
