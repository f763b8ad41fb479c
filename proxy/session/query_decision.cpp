#include "proxy/session/query_decision.h"

#include "proxy/fault/delay.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Action = QueryVerdict::Action;

// Adds what one rule wants to what those before it decided. False when it would answer or drop the
// query, which another does already.
bool add(QueryVerdict& sum, const QueryVerdict& own) {
  sum.delay = add_delays(sum.delay, own.delay);
  if (own.action == Action::forward) return true;
  if (sum.action != Action::forward) return false;
  sum.action = own.action;
  sum.reply = own.reply;
  return true;
}

bool is_active(std::uint64_t key, const ActiveRules& rules, TimePoint now) {
  return std::ranges::any_of(rules.query.rules(), [&](const RulePtr& rule) {
    return rule->key == key && rule->acts(now);
  });
}

}  // namespace

QueryDecision decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
                     const dns::Question& question, dns::Transport transport, TimePoint now,
                     ConnectionCounts& counts) {
  QueryDecision decision;
  rules.query.each_candidate(question, [&](const RulePtr& rule) {
    if (!rule->acts(now) || !rule->match.accepts(peer, question, transport)) return;
    const Subject subject{
        .text = rule->subject_text(peer, request, nullptr), .peer = &peer, .connection = &counts};
    Admission admission = rule->admit(subject, now);
    if (admission) {
      QueryVerdict verdict;
      Rng rng = rule->rng(peer.connection, now).split(request);
      admission.spec->on_query(question, verdict, rng);
      if (add(decision.verdict, verdict)) {
        decision.hits.push_back(rule);
        if (verdict.action == Action::reply) decision.answerer = rule;
      } else {
        rule->count_terminal(admission);
      }
      if (verdict.delay > Duration::zero()) decision.holds.push_back({rule->key, verdict.delay});
    }
    if (admission.unit) decision.units.push_back(std::move(admission.unit));
  });
  return decision;
}

void note_hits(HitLog& log, const QueryDecision& decision, const Peer& peer,
               const dns::Question& question, dns::Transport transport) {
  if (decision.hits.empty()) return;
  const auto time = std::chrono::system_clock::now();
  const QueryHit query{
      .name = std::string(as_text(question.name)), .type = question.qtype, .transport = transport};
  for (const RulePtr& rule : decision.hits) log.add(*rule, {time, peer, query});
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
                                  dns::Transport transport, std::size_t max_udp) {
  const dns::Edns edns = dns::read_edns(message, question.end());
  return dns::forge(out, message, question, edns, reply,
                    dns::reply_limit(transport, edns, max_udp));
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
