#include "bench/load/dns_window.h"

#include "bench/load/dns_message.h"

#include <algorithm>
#include <utility>

namespace firedrill::bench::dns {
namespace {

constexpr std::size_t kIdentifiers = 65536;
constexpr Duration kPatience = std::chrono::seconds(1);

// Every name's query, made once, so that asking costs the load generator only a copy.
const Bytes& query_for(std::uint32_t name) {
  static const std::vector<Bytes> queries = [] {
    std::vector<Bytes> all;
    for (std::uint32_t number = 0; number < kNames; ++number) all.push_back(make_query(number));
    return all;
  }();
  return queries[name % kNames];
}

}  // namespace

Window::Window(Meter& meter, std::size_t size, std::uint32_t first_name)
    : meter_(meter), size_(size), name_(first_name), sent_(kIdentifiers) {}

Bytes Window::next_query(TimePoint now) {
  do {
    ++identifier_;
  } while (sent_[identifier_] != TimePoint());
  sent_[identifier_] = now;
  ++under_way_;
  Bytes query = query_for(name_++);
  set_identifier(query, identifier_);
  return query;
}

bool Window::awaits(ByteView response) const {
  return is_good_response(response) && sent_[identifier(response)] != TimePoint();
}

void Window::take(ByteView response, TimePoint now) {
  if (!is_good_response(response)) return meter_.error("bad DNS response");
  TimePoint& sent = sent_[identifier(response)];
  if (sent == TimePoint()) return meter_.error("DNS response that nobody asked for");
  meter_.unit(now - sent);
  meter_.bytes(response.size());
  sent = TimePoint();
  --under_way_;
  ++answered_;
}

void Window::expire(TimePoint now) {
  for (TimePoint& sent : sent_) {
    if (sent == TimePoint() || now - sent < kPatience) continue;
    sent = TimePoint();
    --under_way_;
    meter_.error("no DNS response");
  }
}

std::size_t Window::give_up() {
  std::ranges::fill(sent_, TimePoint());
  return std::exchange(under_way_, 0);
}

}  // namespace firedrill::bench::dns
