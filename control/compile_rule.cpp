#include "control/compile_rule.h"

namespace firedrill {

RulePtr compile_rule(const Fault& fault, std::uint64_t seed) {
  const FaultConfig& config = *fault.config;
  if (config.trigger.counts_apart()) fault.state->count_apart();
  const bool freezes = config.spec != nullptr && config.spec->freezes_answers();
  return std::make_shared<const Rule>(
      Rule{.name = config.name,
           .key = fault.key,
           .activation = fault.activation,
           .type = config.type,
           .spec = config.spec,
           .variants = config.variants,
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
