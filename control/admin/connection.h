#pragma once

#include "control/admin/service.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

#include <string>
#include <utility>

namespace firedrill::admin {

// TCP and Unix connections alike, with a deadline for each step.
using Stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

// One of a limited number of places, taken for as long as this lives.
class Place {
 public:
  explicit Place(std::size_t& taken) : taken_(&taken) { ++taken; }
  Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  std::size_t* taken_;
};

// Serves one connection until it ends. `service` must outlive the coroutine.
boost::asio::awaitable<void> serve(Stream stream, std::string from, Place place, Service& service);

// Tells one connection too many to come back later.
boost::asio::awaitable<void> turn_away(Stream stream, Place place, Service& service);

}  // namespace firedrill::admin
