#pragma once

#include <string>

namespace firedrill::demo {

// Where everything of one demo is, each as host:port. The defaults are what configs/demo.yaml says.
struct Addresses {
  std::string admin = "127.0.0.1:8474";
  std::string shop = "127.0.0.1:18080";
  std::string dns = "127.0.0.1:15353";
  std::string echo = "127.0.0.1:17000";
  std::string shop_service = "127.0.0.1:28080";
  std::string dns_service = "127.0.0.1:25353";
  std::string echo_service = "127.0.0.1:27000";
};

// The demo's configuration, configs/demo.yaml, with these addresses in the place of its own.
std::string configuration(const Addresses& addresses);

}  // namespace firedrill::demo
