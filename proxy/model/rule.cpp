#include "proxy/model/rule.h"

#include "proxy/codec/dns/message.h"
#include "proxy/codec/http/head.h"
#include "proxy/codec/http/header_value.h"
#include "proxy/core/siphash.h"
#include "proxy/model/ramped_stage.h"

#include <cmath>

namespace firedrill {
namespace {

// Whether the hash of `subject`, uniform over all 64-bit numbers, is below share * 2^64. A double
// less than one is so by at least 2^-53, so that the bound of every real part fits.
bool takes(Fraction share, std::uint64_t seed, std::string_view subject) {
  if (share.value >= 1) return true;
  return siphash(seed, 0, subject) < static_cast<std::uint64_t>(std::ldexp(share.value, 64));
}

}  // namespace

bool Rule::is_idle(TimePoint now) const {
  const Duration since = elapsed(now);
  return !shape.flap->is_active({.elapsed = since, .wall = activated_wall + since}, seed);
}

TimePoint Rule::next_change(TimePoint after) const {
  TimePoint next = deadline > after ? deadline : kNever;
  const Duration since = elapsed(after);
  if (after >= deadline) return next;
  if (shape.flap) {
    const Phase phase{.elapsed = since, .wall = activated_wall + since};
    next = std::min(next, activated + since + shape.flap->until_edge(phase, seed));
  }
  if (ramps_share()) {
    if (const auto step = shape.ramp->next_step(since)) next = std::min(next, activated + *step);
  }
  return next;
}

bool Rule::hits_everything() const {
  return match.everything() && share.everything() && trigger.always() && !shape.ramp &&
         !budget.limited() && variants.empty() && run == Run::live;
}

Fraction Rule::share_at(TimePoint now) const {
  if (!ramps_share()) return share.of;
  return {std::lerp(share_from.value, share_to.value, shape.ramp->progress(elapsed(now)))};
}

const FaultSpec& Rule::spec_for(std::string_view subject, TimePoint now) const {
  if (!steps.empty()) return *steps[shape.ramp->step(elapsed(now))];
  if (variants.empty()) return *spec;
  // A roll of its own, independent of the share's, so that a subject keeps its variant when the
  // share changes.
  std::uint64_t sum = 0;
  for (const Variant& variant : variants) sum += variant.weight;
  std::uint64_t roll = siphash(seed, 1, subject) % sum;
  for (const Variant& variant : variants) {
    if (roll < variant.weight) return *variant.spec;
    roll -= variant.weight;
  }
  return *variants.back().spec;
}

std::unique_ptr<LinkStage> Rule::make_stage(const FaultSpec& one, const StageStart& start) const {
  if (steps.empty()) return one.make_stage(start);
  return make_ramped_stage(*shape.ramp, steps, activated, start);
}

std::string Rule::subject_text(const Peer& peer, std::uint64_t request,
                               const http::RequestHead* head) const {
  if (share.everything() && variants.empty() && !shape.ramp) return {};
  return subject_of(share, peer, request, head);
}

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Takes one of the `times` that the trigger may fire; with zero there is no such limit. Workers
// that race for the last one get it once.
bool take_firing(std::atomic<std::uint64_t>& fired, std::uint64_t times) {
  std::uint64_t before = fired.load(kRelaxed);
  do {
    if (times != 0 && before >= times) return false;
  } while (!fired.compare_exchange_weak(before, before + 1, kRelaxed));
  return true;
}

// Whose count the trigger of `rule` looks at.
std::uint64_t hash_of(const Rule& rule, const Subject& subject) {
  std::string whose;
  const Trigger::Scope scope = rule.trigger.scope;
  if (scope != Trigger::Scope::name && subject.peer != nullptr) {
    whose.assign(subject.peer->address.begin(), subject.peer->address.end());
  }
  if (rule.trigger.counts_names() && subject.question != nullptr) {
    if (scope == Trigger::Scope::client_name_type) {
      whose.append(std::to_string(subject.question->qtype)).append(" ");
    }
    whose.append(as_text(subject.question->folded.bytes()));
  }
  return siphash(rule.seed, 2, whose);
}

// Decides in earnest: counts, and takes what a hit uses up.
struct Live {
  static TriggerCount* count_of(const Rule& rule, const Subject& subject) {
    using enum Trigger::Scope;
    if (rule.trigger.scope == global) return &rule.state->count;
    if (rule.trigger.counts_apart()) return rule.state->apart->of(hash_of(rule, subject));
    if (subject.connection == nullptr) return nullptr;
    return &subject.connection->of(rule.state.get(), rule.activation);
  }
  static std::uint64_t next(TriggerCount& count) {
    return count.ordinal.fetch_add(1, kRelaxed) + 1;
  }
  static bool fire(TriggerCount& count, std::uint64_t times) {
    return take_firing(count.fired, times);
  }
  static bool spend(const Rule& rule, TriggerCount& count, TimePoint now) {
    if (rule.state->spending.take(rule.budget, rule.elapsed(now))) return true;
    count.fired.fetch_sub(1, kRelaxed);
    return false;
  }
  static BudgetUnit borrowed(const Rule& rule) {
    if (rule.budget.concurrent == 0) return {};
    return BudgetUnit(std::shared_ptr<Spending>(rule.state, &rule.state->spending));
  }
  static void match(const Rule& rule) { rule.state->matched.fetch_add(1, kRelaxed); }
  static void decided(const Rule& rule, Outcome outcome) { rule.state->add(outcome); }
};

// Only looks: what Live would do now.
struct Looking {
  static const TriggerCount* count_of(const Rule& rule, const Subject& subject) {
    static const TriggerCount kNone;
    if (rule.trigger.scope == Trigger::Scope::global) return &rule.state->count;
    if (rule.trigger.scope == Trigger::Scope::connection || rule.state->apart == nullptr) {
      return &kNone;
    }
    const TriggerCount* known = rule.state->apart->find(hash_of(rule, subject));
    return known != nullptr ? known : &kNone;
  }
  static std::uint64_t next(const TriggerCount& count) { return count.ordinal.load(kRelaxed) + 1; }
  static bool fire(const TriggerCount& count, std::uint64_t times) {
    return times == 0 || count.fired.load(kRelaxed) < times;
  }
  static bool spend(const Rule& rule, const TriggerCount&, TimePoint now) {
    return rule.state->spending.has_room(rule.budget, rule.elapsed(now));
  }
  static BudgetUnit borrowed(const Rule&) { return {}; }
  static void match(const Rule&) {}
  static void decided(const Rule&, Outcome) {}
};

enum class Repeat : std::uint8_t { no, yes };

// The chain of conditions behind the match. Sets the admission's ordinal on the way.
template <class Doing>
Outcome weigh(const Rule& rule, const Subject& subject, TimePoint now, const Past& past,
              Admission& admission) {
  auto* count = Doing::count_of(rule, subject);
  if (count == nullptr) return Outcome::overflow;
  admission.ordinal = past.ordinal != 0 ? past.ordinal : Doing::next(*count);
  if (!takes(rule.share_at(now), rule.seed, subject.text)) return Outcome::share;
  if (!rule.trigger.fires(admission.ordinal)) return Outcome::trigger;
  const Outcome wanted = rule.run == Rule::Run::live ? Outcome::hit : Outcome::dry_run;
  if (past.outcome == Outcome::hit || past.outcome == Outcome::dry_run) return wanted;
  if (!Doing::fire(*count, rule.trigger.times)) return Outcome::trigger;
  if (rule.budget.limited()) {
    if (!Doing::spend(rule, *count, now)) return Outcome::overflow;
    admission.spent = true;
    admission.unit = Doing::borrowed(rule);
  }
  return wanted;
}

template <class Doing>
Admission decide(const Rule& rule, const Subject& subject, TimePoint now, const Past& past,
                 Repeat repeat = Repeat::no) {
  Admission admission;
  if (past.ordinal == 0) Doing::match(rule);
  if (repeat == Repeat::yes) {
    auto* count = Doing::count_of(rule, subject);
    if (count != nullptr) admission.ordinal = Doing::next(*count);
    admission.outcome = rule.run == Rule::Run::live ? Outcome::hit : Outcome::dry_run;
  } else {
    admission.outcome = weigh<Doing>(rule, subject, now, past, admission);
  }
  const bool hit = admission.outcome == Outcome::hit;
  if (past.ordinal == 0 || (hit && past.outcome != Outcome::hit)) {
    Doing::decided(rule, admission.outcome);
  }
  if (hit) admission.spec = &rule.spec_for(subject.text, now);
  return admission;
}

// Little-endian, so that replicas on other machines hash the same bytes.
std::string bytes_of(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(number & 0xff);
    number >>= 8;
  }
  return bytes;
}

template <class Doing>
Admission decide_event(const Rule& rule, std::uint64_t identity, TimePoint now,
                       const Subject& stream) {
  const bool repeats = rule.match.sticky() && rule.state->sticky.contains(identity);
  const Repeat repeat = repeats ? Repeat::yes : Repeat::no;
  if (rule.share.by != Share::By::request) {
    return decide<Doing>(rule, stream, now, {}, repeat);
  }
  const Subject own{
      .text = bytes_of(identity), .peer = stream.peer, .connection = stream.connection};
  return decide<Doing>(rule, own, now, {}, repeat);
}

}  // namespace

Admission Rule::admit(const Subject& subject, TimePoint now, const Past& past) const {
  if (!acts(now)) return {};
  return decide<Live>(*this, subject, now, past);
}

Admission Rule::foresee(const Subject& subject, TimePoint now) const {
  if (!acts(now)) return {};
  return decide<Looking>(*this, subject, now, {});
}

Admission Rule::admit_event(std::uint64_t identity, TimePoint now, const Subject& stream) const {
  if (!acts(now) || skips(identity)) return {};
  Admission admission = decide_event<Live>(*this, identity, now, stream);
  if (match.sticky() && admission) {
    state->sticky.insert(identity);
    state->last_event.store(identity, kRelaxed);
  }
  return admission;
}

Admission Rule::foresee_event(std::uint64_t identity, TimePoint now, const Subject& stream) const {
  if (!acts(now) || skips(identity)) return {};
  return decide_event<Looking>(*this, identity, now, stream);
}

bool Rule::skips(std::uint64_t identity) const {
  return match.sticky() && state->skipped.contains(identity);
}

void Rule::count_unfit(const Admission& admission) const {
  state->skipped_format.fetch_add(1, kRelaxed);
  take_back(admission);
}

void Rule::count_spared(const Admission& admission) const {
  state->skipped_spared.fetch_add(1, kRelaxed);
  take_back(admission);
}

void Rule::count_terminal(const Admission& admission) const {
  state->skipped_terminal.fetch_add(1, kRelaxed);
  take_back(admission);
}

void Rule::take_back(const Admission& admission) const {
  state->subtract(Outcome::hit);
  if (admission.spent) state->spending.refund(budget);
}

std::string subject_of(const Share& share, const Peer& peer, std::uint64_t request,
                       const http::RequestHead* head) {
  const std::string connection = std::to_string(peer.connection);
  switch (share.by) {
    case Share::By::connection:
      return connection;
    case Share::By::client:
      return format_ip(peer.address);
    case Share::By::header:
      if (head != nullptr) {
        const http::HeaderValue value(head->fields, share.header);
        if (const auto text = value.text()) return std::string(*text);
      }
      break;
    case Share::By::request:
      break;
  }
  return connection + "/" + std::to_string(request);
}

RulePtr sparing(const RulePtr& rule, const Never& never) {
  if (never.empty()) return rule;
  auto copy = std::make_shared<Rule>(*rule);
  copy->match = rule->match.without(std::make_shared<const Never>(never));
  return copy;
}

std::uint64_t rule_seed(std::uint64_t seed, std::string_view name) {
  return siphash(seed, 0, name);
}

}  // namespace firedrill
