#include "control/demo/shop.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace firedrill::demo {
namespace {

constexpr std::array<std::string_view, 5> kItems{"lantern", "kettle", "umbrella", "notebook",
                                                 "rope"};
constexpr std::array<std::string_view, 3> kCustomers{"ada", "grace", "edsger"};

template <class T, std::size_t size>
const T& pick(const std::array<T, size>& choices, std::uint64_t number) {
  return choices[number % size];
}

}  // namespace

boost::json::object to_json(const Order& order) {
  return {{"id", order.id},
          {"customer", order.customer},
          {"item", order.item},
          {"quantity", order.quantity}};
}

const Order& Shop::place(Order order) {
  order.id = ++latest_;
  orders_.push_back(std::move(order));
  if (orders_.size() > kKept) orders_.pop_front();
  return orders_.back();
}

const Order& Shop::place_next() {
  const std::uint64_t number = latest_;
  return place({.customer = std::string(pick(kCustomers, number)),
                .item = std::string(pick(kItems, number)),
                .quantity = static_cast<int>(1 + number % 4)});
}

const Order* Shop::find(std::uint64_t id) const {
  const Order* order = id == 0 ? nullptr : after(id - 1);
  return order != nullptr && order->id == id ? order : nullptr;
}

const Order* Shop::after(std::uint64_t id) const {
  const auto found = std::ranges::upper_bound(orders_, id, {}, &Order::id);
  return found == orders_.end() ? nullptr : &*found;
}

std::vector<Order> Shop::last(std::size_t count) const {
  const auto kept = static_cast<std::ptrdiff_t>(std::min(count, orders_.size()));
  return {orders_.end() - kept, orders_.end()};
}

}  // namespace firedrill::demo
