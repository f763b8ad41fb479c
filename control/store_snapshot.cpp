// Store, what the workers are told of its state.

#include "control/compile_rule.h"
#include "control/config/references.h"
#include "control/store_state.h"

#include <algorithm>
#include <utility>

namespace firedrill {

// Faults decide anew about what is open, as after an edit, where a proxy protects other traffic
// than before.
void Store::renew_where_protected(State& next) {
  for (const Proxy& proxy : next.proxies) {
    const Proxy* known = find_proxy(proxy.config->name);
    if (known == nullptr || known->config->never == proxy.config->never) continue;
    for (Fault& fault : next.faults) {
      if (names_proxy(*fault.config, *proxy.config)) fault.key = next_key_++;
    }
  }
}

SnapshotPtr Store::compile(const State& state) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = ++generation_;
  snapshot->cut = state.cut;
  std::vector<ActiveFault> active;
  for (const Fault& fault : state.faults) {
    if (fault.active())
      active.push_back({fault.config.get(), compile_rule(fault, state.proxies, state.seed)});
  }
  // Greatest priority first; of equals the one defined first.
  std::ranges::stable_sort(active, std::ranges::greater{},
                           [](const ActiveFault& fault) { return fault.config->priority; });
  std::map<std::uint32_t, ProxySnapshot> published;
  for (const Proxy& proxy : state.proxies) {
    if (!proxy.config->enabled) continue;
    ProxySnapshot& compiled = published[proxy.id] = compile_proxy(proxy, active);
    compiled.has_stream_faults = std::ranges::any_of(state.faults, [&](const Fault& fault) {
      return fault.config->type->family == Family::stream &&
             names_proxy(*fault.config, *proxy.config);
    });
    snapshot->proxies.push_back(compiled);
  }
  published_ = std::move(published);
  return snapshot;
}

// Where the same rules are active as before, nothing that is open has to be looked at again.
ProxySnapshot Store::compile_proxy(const Proxy& proxy, const std::vector<ActiveFault>& active) {
  auto rules = std::make_shared<ActiveRules>();
  for (const auto& [config, common] : active) {
    if (!names_proxy(*config, *proxy.config)) continue;
    const RulePtr rule = sparing(common, proxy.config->never);
    rules->all.push_back(rule);
    switch (config->type->family) {
      case Family::tcp:
        rules->connection.push_back(rule);
        break;
      case Family::http:
        rules->request.add(rule);
        break;
      case Family::stream:
        rules->event.push_back(rule);
        break;
      case Family::dns:
        rules->query.add(rule);
        break;
    }
  }
  ProxySnapshot compiled{.id = proxy.id,
                         .revision = generation_,
                         .config = proxy.config,
                         .rules = std::move(rules),
                         .state = proxy.state};
  const auto before = published_.find(proxy.id);
  if (before != published_.end() && before->second.rules->same_as(*compiled.rules)) {
    compiled.revision = before->second.revision;
    compiled.rules = before->second.rules;
  }
  return compiled;
}

}  // namespace firedrill
