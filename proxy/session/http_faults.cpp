#include "proxy/session/http_faults.h"

#include "proxy/codec/http/head.h"

#include <algorithm>

namespace firedrill {
namespace {

bool active(const ActiveRules& rules, std::uint64_t key, TimePoint now) {
  return std::ranges::any_of(rules.request.rules(), [&](const RulePtr& rule) {
    return rule->key == key && now < rule->deadline;
  });
}

}  // namespace

void RequestFaults::clear() {
  delays_.clear();
  answering_.reset();
  answer_ = nullptr;
}

void RequestFaults::decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
                           const http::RequestHead& head, TimePoint now) {
  clear();
  RequestVerdict verdict;
  rules.request.each_candidate(head.target.path, [&](const RulePtr& rule) {
    if (now >= rule->deadline || !rule->match.accepts(peer, head)) return;
    if (!rule->admits(subject_of(rule->share, peer, request, &head), now)) return;
    const RequestVerdict before = verdict;
    Rng rng = rule->rng(peer.connection).split(request);
    rule->spec->on_request(head, rule->direction, verdict, rng);
    const Duration request_delay = verdict.request_delay - before.request_delay;
    const Duration response_delay = verdict.response_delay - before.response_delay;
    if (request_delay != Duration::zero() || response_delay != Duration::zero()) {
      delays_.push_back({rule->key, request_delay, response_delay});
    }
    if (before.answer == nullptr && verdict.answer != nullptr) {
      answering_ = rule;
      answer_ = verdict.answer;
    }
  });
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
