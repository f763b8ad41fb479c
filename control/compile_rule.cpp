#include "control/compile_rule.h"

#include "control/config/references.h"

namespace firedrill {

namespace {

// The fault with the address of the proxy that it asks for. A proxy that is gone leaves it without
// one, and then it answers nothing.
FaultSpecPtr addressed(const FaultSpecPtr& spec, const std::vector<Proxy>& proxies) {
  if (spec == nullptr || spec->own_proxy().empty()) return spec;
  for (const Proxy& proxy : proxies) {
    if (proxy.config->name != spec->own_proxy()) continue;
    if (const auto address = own_address(*proxy.config)) return spec->for_address(*address);
  }
  return spec;
}

std::vector<Variant> addressed(std::vector<Variant> variants, const std::vector<Proxy>& proxies) {
  for (Variant& variant : variants) variant.spec = addressed(variant.spec, proxies);
  return variants;
}

}  // namespace

RulePtr compile_rule(const Fault& fault, const std::vector<Proxy>& proxies, std::uint64_t seed) {
  const FaultConfig& config = *fault.config;
  if (config.trigger.counts_apart()) fault.state->count_apart();
  if (config.spec != nullptr && config.spec->counts_answers()) fault.state->count_answers();
  const bool freezes = config.spec != nullptr && config.spec->freezes_answers();
  return std::make_shared<const Rule>(
      Rule{.name = config.name,
           .key = fault.key,
           .activation = fault.activation,
           .type = config.type,
           .spec = addressed(config.spec, proxies),
           .variants = addressed(config.variants, proxies),
           .steps = config.steps,
           .match = config.match,
           .share = config.share,
           .trigger = config.trigger,
           .shape = config.shape,
           .share_from = config.share_from,
           .share_to = config.share_to,
           .budget = config.budget,
           .run = config.run,
           .direction = config.direction,
           .priority = config.priority,
           .activated = fault.activated,
           .activated_wall = fault.activated_wall,
           .deadline = fault.deadline.value_or(TimePoint::min()),
           .seed = rule_seed(seed, config.name),
           .state = fault.state,
           .answers = freezes ? fault.state->freeze_answers() : nullptr});
}

}  // namespace firedrill
