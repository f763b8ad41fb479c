// Store, the sockets on which its proxies listen.

#include "control/store_state.h"

#include <algorithm>
#include <utility>

namespace firedrill {

// Where the proxies listen that `next` does without.
std::vector<Leaving> Store::leaving(const State& next) const {
  std::vector<Leaving> all;
  for (const Proxy& proxy : proxies_) {
    const bool stays = std::ranges::find(next.proxies, proxy.id, &Proxy::id) != next.proxies.end();
    if (!stays && proxy.config->enabled) all.push_back({proxy.bound, proxy.config->protocol});
  }
  return all;
}

// Opens the listeners of the proxies that have none yet. On a refusal those that were opened are
// closed.
Change<> Store::bind(State& next) {
  const std::vector<Leaving> left = leaving(next);
  // The file of a Unix socket changes hands at once, so what may be refused comes first.
  std::vector<Proxy*> fresh;
  for (Proxy& proxy : next.proxies) {
    if (proxy.id == 0) fresh.push_back(&proxy);
  }
  std::ranges::stable_partition(fresh, [](const Proxy* p) { return !p->config->listen.is_unix(); });
  for (Proxy* const one : fresh) {
    Proxy& proxy = *one;
    proxy.id = next_proxy_++;
    proxy.bound = proxy.config->listen;
    if (!proxy.config->enabled) continue;
    auto listening = open_listeners(*proxy.config, workers_.size(), left);
    if (listening.has_error()) {
      pending_sockets_.clear();
      Problems problems = listening.error();
      for (Problem& problem : problems) {
        if (const Value* at = proxy.definition.find(problem.path)) problem.at = at->at();
        problem.what = "proxy \"" + proxy.config->name + "\": " + problem.what;
      }
      return Refusal{Refusal::Kind::conflict, std::move(problems)};
    }
    proxy.bound = listening->address;
    pending_sockets_[proxy.id] = std::move(listening->workers);
  }
  return {};
}

}  // namespace firedrill
