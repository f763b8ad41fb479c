#include "proxy/session/http_faults.h"

#include "proxy/codec/http/head.h"

#include <algorithm>

namespace firedrill {
namespace {

bool active(const ActiveRules& rules, std::uint64_t key, TimePoint now) {
  return std::ranges::any_of(rules.request.rules(), [&](const RulePtr& rule) {
    return rule->key == key && rule->acts(now);
  });
}

}  // namespace

void RequestFaults::clear() {
  delays_.clear();
  units_.clear();
  answering_.reset();
  answer_ = nullptr;
}

void RequestFaults::decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
                           const http::RequestHead& head, TimePoint now) {
  clear();
  rules.request.each_candidate(head.target.path, [&](const RulePtr& rule) {
    if (!rule->acts(now) || !rule->match.accepts(peer, head)) return;
    const Subject subject{
        .text = rule->subject_text(peer, request, &head), .peer = &peer, .connection = &counts_};
    Admission admission = rule->admit(subject, now);
    if (admission.unit) units_.push_back(std::move(admission.unit));
    if (!admission) return;
    RequestVerdict verdict;
    Rng rng = rule->rng(peer.connection, now).split(request);
    admission.spec->on_request(head, rule->direction, verdict, rng);
    take(rule, verdict, admission);
  });
}

// A rule that would answer comes too late when another has answered already.
void RequestFaults::take(const RulePtr& rule, const RequestVerdict& verdict,
                         const Admission& admission) {
  if (verdict.request_delay != Duration::zero() || verdict.response_delay != Duration::zero()) {
    delays_.push_back({rule->key, verdict.request_delay, verdict.response_delay});
  }
  if (verdict.answer == nullptr) return;
  if (answer_ != nullptr) return rule->count_terminal(admission);
  answering_ = rule;
  answer_ = verdict.answer;
}

Duration RequestFaults::request_delay(const ActiveRules& rules, TimePoint now) const {
  Duration sum{};
  for (const Delay& delay : delays_) {
    if (active(rules, delay.key, now)) sum += delay.request;
  }
  return sum;
}

Duration RequestFaults::response_delay(const ActiveRules& rules, TimePoint now) const {
  Duration sum{};
  for (const Delay& delay : delays_) {
    if (active(rules, delay.key, now)) sum += delay.response;
  }
  return sum;
}

const RequestVerdict::Answer* RequestFaults::answer(const ActiveRules& rules, TimePoint now) const {
  return answer_ != nullptr && active(rules, answering_->key, now) ? answer_ : nullptr;
}

}  // namespace firedrill
