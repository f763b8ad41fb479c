#include "control/toxiproxy/proxy_log.h"

#include "control/log.h"
#include "control/toxiproxy/proxy.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace firedrill::toxiproxy {
namespace {

// The proxies that were seen to listen when it was told of them last.
class ProxyLog {
 public:
  void tell(const Store& store) {
    std::vector<ProxyInput> listening;
    for (const Proxy& proxy : store.proxies()) {
      if (proxy.config->enabled) listening.push_back(input_of(proxy));
    }
    for (const ProxyInput& proxy : listening_) {
      if (!has(listening, proxy)) write("Terminated proxy", proxy);
    }
    for (const ProxyInput& proxy : listening) {
      if (!has(listening_, proxy)) write("Started proxy", proxy);
    }
    listening_ = std::move(listening);
  }

 private:
  static bool has(const std::vector<ProxyInput>& proxies, const ProxyInput& proxy) {
    return std::ranges::any_of(proxies, [&](const ProxyInput& one) {
      return one.name == proxy.name && one.listen == proxy.listen && one.upstream == proxy.upstream;
    });
  }

  static void write(const char* message, const ProxyInput& proxy) {
    log::info(message,
              {{"name", proxy.name}, {"listen", proxy.listen}, {"upstream", proxy.upstream}});
  }

  std::vector<ProxyInput> listening_;
};

}  // namespace

void log_proxies(Store& store) {
  const auto proxies = std::make_shared<ProxyLog>();
  proxies->tell(store);
  store.on_change([&store, proxies](const Journal::Record&) { proxies->tell(store); });
}

}  // namespace firedrill::toxiproxy
