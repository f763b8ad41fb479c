#pragma once

#include <memory>
#include <string>

namespace firedrill::demo {

// What the demo puts proxies in front of: a shop with its event streams, a DNS zone, and an echo,
// on free ports of the loopback and on a thread of their own. They run until this is destroyed.
class Services {
 public:
  // Throws what the system says when there is no port to be had.
  Services();
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  // "127.0.0.1:PORT" of each.
  std::string shop() const;
  std::string dns() const;
  std::string echo() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace firedrill::demo
