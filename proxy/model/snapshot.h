#pragma once

#include "proxy/model/proxy_config.h"
#include "proxy/model/proxy_state.h"
#include "proxy/model/rule.h"
#include "proxy/model/rule_index.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace firedrill {

// The faults that are active on one proxy, in the order in which they are asked: greatest priority
// first, then order of definition. Each list holds what its phase needs and nothing else.
struct ActiveRules {
  std::vector<RulePtr> connection;  // tcp.*
  HttpRuleIndex request;            // http.*
  std::vector<RulePtr> event;       // stream.*
  DnsRuleIndex query;               // dns.*
  std::vector<RulePtr> all;

  bool empty() const { return all.empty(); }

  // Whether these are the same rules, in the same activations and edits.
  bool same_as(const ActiveRules& other) const {
    return std::ranges::equal(all, other.all, [](const RulePtr& left, const RulePtr& right) {
      return left->key == right->key && left->deadline == right->deadline &&
             left->spec == right->spec;
    });
  }

  // The first moment after `after` at which any of them changes by itself.
  TimePoint next_change(TimePoint after) const {
    TimePoint next = kNever;
    for (const RulePtr& rule : all) next = std::min(next, rule->next_change(after));
    return next;
  }
};

// One proxy in a snapshot.
struct ProxySnapshot {
  std::uint32_t id = 0;        // never used again by another proxy
  std::uint64_t revision = 0;  // changes with the active rules
  std::shared_ptr<const ProxyConfig> config;
  std::shared_ptr<const ActiveRules> rules;  // never null
  std::shared_ptr<ProxyState> state;         // never null
  // Whether any stream fault names it, active or not: what peers agree on when a stream is opened
  // can't be changed later.
  bool has_stream_faults = false;
};

// The published configuration: immutable, shared by all workers, replaced as a whole.
struct Snapshot {
  std::uint64_t generation = 0;
  std::vector<ProxySnapshot> proxies;
  std::vector<std::uint32_t> cut;  // proxies that are gone, and with them at once all they had open

  const ProxySnapshot* find(std::uint32_t id) const {
    for (const ProxySnapshot& proxy : proxies) {
      if (proxy.id == id) return &proxy;
    }
    return nullptr;
  }
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace firedrill
