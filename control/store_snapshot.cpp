// Store, what the workers are told of its state.

#include "control/config/references.h"
#include "control/store_state.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

RulePtr rule_of(const Fault& fault, std::uint64_t seed) {
  const FaultConfig& config = *fault.config;
  return std::make_shared<const Rule>(Rule{.name = config.name,
                                           .key = fault.key,
                                           .type = config.type,
                                           .spec = config.spec,
                                           .match = config.match,
                                           .share = config.share,
                                           .trigger = config.trigger,
                                           .direction = config.direction,
                                           .priority = config.priority,
                                           .deadline = *fault.deadline,
                                           .seed = rule_seed(seed, config.name),
                                           .state = fault.state});
}

}  // namespace

SnapshotPtr Store::compile(const State& state) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = ++generation_;
  std::vector<ActiveFault> active;
  for (const Fault& fault : state.faults) {
    if (fault.active()) active.push_back({fault.config.get(), rule_of(fault, state.seed)});
  }
  // Greatest priority first; of equals the one defined first.
  std::ranges::stable_sort(active, std::ranges::greater{},
                           [](const ActiveFault& fault) { return fault.config->priority; });
  std::map<std::uint32_t, ProxySnapshot> published;
  for (const Proxy& proxy : state.proxies) {
    if (!proxy.config->enabled) continue;
    published[proxy.id] = compile_proxy(proxy, active);
    snapshot->proxies.push_back(published[proxy.id]);
  }
  published_ = std::move(published);
  return snapshot;
}

// Where the same rules are active as before, nothing that is open has to be looked at again.
ProxySnapshot Store::compile_proxy(const Proxy& proxy, const std::vector<ActiveFault>& active) {
  auto rules = std::make_shared<ActiveRules>();
  for (const auto& [config, rule] : active) {
    if (!names_proxy(*config, *proxy.config)) continue;
    rules->all.push_back({rule->key, rule->deadline});
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
  if (before != published_.end() && before->second.rules->all == compiled.rules->all) {
    compiled.revision = before->second.revision;
    compiled.rules = before->second.rules;
  }
  return compiled;
}

}  // namespace firedrill
