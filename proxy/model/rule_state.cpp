#include "proxy/model/rule_state.h"

#include "proxy/fault/frozen_answers.h"

namespace firedrill {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Zero marks a free slot.
std::uint64_t stored(std::uint64_t identity) {
  return identity == 0 ? 1 : identity;
}

}  // namespace

void RuleState::StickySet::insert(std::uint64_t identity) {
  const std::uint64_t value = stored(identity);
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& slot = slots_[(value + i) % kSlots];
    std::uint64_t found = slot.load(kRelaxed);
    if (found == value) return;
    if (found == 0 && slot.compare_exchange_strong(found, value, kRelaxed)) return;
    if (found == value) return;
  }
  slots_[(value + value / kSlots % kProbes) % kSlots].store(value, kRelaxed);
}

bool RuleState::StickySet::contains(std::uint64_t identity) const {
  const std::uint64_t value = stored(identity);
  for (std::size_t i = 0; i < kProbes; ++i) {
    if (slots_[(value + i) % kSlots].load(kRelaxed) == value) return true;
  }
  return false;
}

void RuleState::StickySet::clear() {
  for (auto& slot : slots_) slot.store(0, kRelaxed);
}

void RuleState::count_apart() {
  if (apart == nullptr) apart = std::make_unique<ApartCounts>();
}

void RuleState::count_answers() {
  if (turns == nullptr) turns = std::make_unique<AnswerTurns>();
}

void RuleState::give(std::uint32_t ttl) {
  std::uint32_t longest = given_ttl.load(kRelaxed);
  while (longest < ttl && !given_ttl.compare_exchange_weak(longest, ttl, kRelaxed)) {
  }
}

void RuleState::activate() {
  count.clear();
  if (apart != nullptr) apart->clear();
  if (turns != nullptr) turns->clear();
  given_ttl.store(0, kRelaxed);
  spending.activate();
  sticky.clear();
  answers.reset();
  skipped.clear();
  last_event.store(0, kRelaxed);
}

std::shared_ptr<FrozenAnswers> RuleState::freeze_answers() {
  if (answers == nullptr) answers = std::make_shared<FrozenAnswers>();
  return answers;
}

namespace {

using Counter = std::atomic<std::uint64_t> RuleState::*;

// Null for what is not counted.
Counter counter_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::hit:
      return &RuleState::hit;
    case Outcome::dry_run:
      return &RuleState::would_hit;
    case Outcome::share:
      return &RuleState::skipped_share;
    case Outcome::trigger:
      return &RuleState::skipped_trigger;
    case Outcome::overflow:
      return &RuleState::skipped_overflow;
    case Outcome::inactive:
      return nullptr;
  }
  return nullptr;
}

}  // namespace

void RuleState::add(Outcome outcome) {
  if (const Counter counter = counter_of(outcome)) (this->*counter).fetch_add(1, kRelaxed);
}

void RuleState::subtract(Outcome outcome) {
  if (const Counter counter = counter_of(outcome)) (this->*counter).fetch_sub(1, kRelaxed);
}

}  // namespace firedrill
