#include "proxy/session/query_decision.h"

#include "proxy/fault/delay.h"

#include <algorithm>
#include <string>

namespace firedrill {
namespace {

using Action = QueryVerdict::Action;

bool hits(const Rule& rule, const Peer& peer, std::uint64_t request, TimePoint now) {
  // The subject is text that only a real share looks at.
  if (rule.share.everything()) return rule.admits({}, now);
  return rule.admits(subject_of(rule.share, peer, request, nullptr), now);
}

bool is_active(std::uint64_t key, const ActiveRules& rules, TimePoint now) {
  return std::ranges::any_of(rules.query.rules(), [&](const RulePtr& rule) {
    return rule->key == key && now < rule->deadline;
  });
}

}  // namespace

QueryDecision decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
                     const dns::Question& question, dns::Transport transport, TimePoint now) {
  QueryDecision decision;
  rules.query.each_candidate(question, [&](const RulePtr& rule) {
    if (now >= rule->deadline || !rule->match.accepts(peer, question, transport)) return;
    if (!hits(*rule, peer, request, now)) return;
    const Action action = decision.verdict.action;
    const Duration before = decision.verdict.delay;
    Rng rng = rule->rng(peer.connection).split(request);
    rule->spec->on_query(question, decision.verdict, rng);
    if (action == Action::forward && decision.verdict.action == Action::reply)
      decision.answerer = rule;
    const Duration added = decision.verdict.delay - before;
    if (added > Duration::zero()) decision.holds.push_back({rule->key, added});
  });
  return decision;
}

bool is_answered(const HeldQuery& held, const ActiveRules& rules, TimePoint now) {
  return held.answerer != nullptr && is_active(held.answerer->key, rules, now);
}

Duration delay_of(std::span<const QueryHold> holds, const ActiveRules& rules, TimePoint now) {
  Duration delay{};
  for (const QueryHold& hold : holds) {
    if (is_active(hold.rule, rules, now)) delay = add_delays(delay, hold.delay);
  }
  return delay;
}

std::span<std::byte> forge_answer(std::span<std::byte> out, ByteView message,
                                  const dns::Question& question, const dns::Reply& reply,
                                  dns::Transport transport) {
  const dns::Edns edns = dns::read_edns(message, question.end());
  return dns::forge(out, message, question, edns, reply, dns::reply_limit(transport, edns));
}

void count_reply(Counters& counters, std::size_t row, ByteView reply, Duration took) {
  const dns::Header header(reply);
  const bool empty = header.rcode() == dns::Rcode::no_error && header.answers() == 0;
  const auto column = empty ? Counters::kDnsEmpty : static_cast<std::size_t>(header.rcode());
  ++counters.dns[row][column];
  counters.dns_duration.observe(took);
}

void count_unanswered(Counters& counters, std::size_t row) {
  ++counters.dns[row][Counters::kDnsTimeout];
}

}  // namespace firedrill
