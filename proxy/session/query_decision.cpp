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
  if (own.action == Action::forward) return true;
  if (sum.action != Action::forward) return false;
  sum.action = own.action;
  sum.reply = own.reply;
  return true;
}

// What is kept of a query for the rules that see its reply.
AskedQuery asked(const QuerySeen& query) {
  const dns::Edns edns = dns::read_edns(query.message, query.question.end());
  const ByteView head = query.message.first(query.question.end());
  return {.peer = query.peer,
          .request = query.request,
          .transport = query.transport,
          .head = Bytes(head.begin(), head.end()),
          .limit = dns::reply_limit(query.transport, edns, query.max_udp)};
}

ReplyFaults& faults_of(QueryDecision& decision, const QuerySeen& query) {
  if (decision.faults == nullptr) decision.faults = std::make_unique<ReplyFaults>(asked(query));
  return *decision.faults;
}

// What became of one rule that was not let go.
enum class Asked : std::uint8_t {
  left,  // it has nothing to do with this query
  done,
  waits,  // it acts on the reply, if there is one
};

Asked ask(const RulePtr& rule, const Admission& admission, const QuerySeen& query, TimePoint now,
          QueryDecision& decision) {
  QueryVerdict verdict;
  Rng rng = rule->rng(query.peer.connection, now).split(query.request);
  const DnsQuerySeen seen{.question = query.question, .direction = rule->direction};
  const Applied applied = admission.spec->on_query(seen, verdict, rng);
  if (applied == Applied::no) rule->count_unfit(admission);
  if (applied == Applied::spared) rule->count_spared(admission);
  if (applied != Applied::yes) return Asked::left;
  decision.delay.add(rule->key, verdict.delay);
  if (!add(decision.verdict, verdict)) {
    rule->count_terminal(admission);
    return Asked::left;
  }
  if (verdict.action == Action::reply) decision.answerer = rule;
  const bool idle = verdict.action == Action::forward && verdict.delay <= Duration::zero();
  if (idle && admission.spec->sees_reply(rule->direction)) return Asked::waits;
  decision.hits.push_back(rule);
  return Asked::done;
}

}  // namespace

bool is_allowed(const ProxyConfig& proxy, const Cidr::Raw& client) {
  const auto& allowed = proxy.allow_from;
  return allowed.empty() ||
         std::ranges::any_of(allowed, [&](const Cidr& block) { return block.contains(client); });
}

bool is_kept_refusal(ByteView reply) {
  constexpr std::size_t kLongest = 4096;
  return dns::Header(reply).rcode() == dns::Rcode::refused && reply.size() <= kLongest;
}

QueryDecision decide(const ActiveRules& rules, const QuerySeen& query, TimePoint now,
                     ConnectionCounts& counts) {
  QueryDecision decision;
  rules.query.each_candidate(query.question, [&](const RulePtr& rule) {
    const bool matches = rule->match.accepts(query.peer, query.question, query.transport);
    if (!rule->acts(now) || !matches) return;
    std::string text = rule->subject_text(query.peer, query.request, nullptr);
    if (rule->match.asks_for_response()) {
      return faults_of(decision, query).wait_for_reply(rule, std::move(text));
    }
    const Subject subject{
        .text = text, .peer = &query.peer, .connection = &counts, .question = &query.question};
    Admission admission = rule->admit(subject, now);
    const Asked asked = admission ? ask(rule, admission, query, now, decision) : Asked::left;
    if (asked != Asked::left && admission.spec->sees_reply(rule->direction)) {
      using Done = ReplyFaults::Done;
      const Done done = asked == Asked::done ? Done::something : Done::nothing;
      faults_of(decision, query).add(rule, std::move(text), std::move(admission), done);
    } else if (admission.unit) {
      decision.delay.units.push_back(std::move(admission.unit));
    }
  });
  return decision;
}

void note_hits(HitLog& log, const QueryDecision& decision, const Peer& peer,
               const dns::Question& question, dns::Transport transport) {
  if (decision.hits.empty()) return;
  const auto time = std::chrono::system_clock::now();
  const QueryHit query = query_hit(question, transport);
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
