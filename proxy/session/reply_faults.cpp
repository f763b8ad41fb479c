#include "proxy/session/reply_faults.h"

#include "proxy/core/siphash.h"
#include "proxy/fault/delay.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

// Draws of the rule that are the same for all queries of one client.
Rng rng_of_client(const Rule& rule, const Peer& peer) {
  const auto* bytes = reinterpret_cast<const char*>(peer.address.data());
  return Rng(siphash(rule.seed, 3, {bytes, peer.address.size()}));
}

}  // namespace

void QueryDelay::add(std::uint64_t rule, Duration delay) {
  if (delay <= Duration::zero()) return;
  total = add_delays(total, delay);
  holds.push_back({rule, delay});
}

bool is_active(std::uint64_t key, const ActiveRules& rules, TimePoint now) {
  return std::ranges::any_of(rules.query.rules(), [&](const RulePtr& rule) {
    return rule->key == key && rule->acts(now);
  });
}

void ReplyFaults::add(RulePtr rule, std::string subject, Admission admission) {
  hits_.push_back(
      {.rule = std::move(rule), .subject = std::move(subject), .admission = std::move(admission)});
}

void ReplyFaults::wait_for_reply(RulePtr rule, std::string subject) {
  hits_.push_back(
      {.rule = std::move(rule), .subject = std::move(subject), .stage = Stage::waiting});
}

void ReplyFaults::count_unfit() const {
  for (const Hit& hit : hits_) {
    if (hit.admission) hit.rule->count_unfit(hit.admission);
  }
}

QueryHit query_hit(const dns::Question& question, dns::Transport transport) {
  return {
      .name = std::string(as_text(question.name)), .type = question.qtype, .transport = transport};
}

QueryDelay ReplyFaults::decide(ByteView reply, const ActiveRules& rules, ConnectionCounts& counts,
                               HitLog& log, TimePoint now) {
  reply_ = dns::EditableReply::parse(reply);
  const dns::Question question = dns::parse_query(query_.head, dns::OtherOpcodes::forward).question;
  QueryDelay delay;
  for (Hit& hit : hits_) {
    if (!is_active(hit.rule->key, rules, now)) continue;
    const bool waited = hit.stage == Stage::waiting;
    if (waited) admit(hit, question, counts, now);
    const bool done = hit.admission && ask(hit, question, now);
    if (done && waited) {
      const auto time = std::chrono::system_clock::now();
      log.add(*hit.rule, {time, query_.peer, query_hit(question, query_.transport)});
    }
    delay.add(hit.rule->key, hit.verdict.delay);
  }
  return delay;
}

void ReplyFaults::admit(Hit& hit, const dns::Question& question, ConnectionCounts& counts,
                        TimePoint now) {
  hit.stage = Stage::hit;
  if (!reply_ || !hit.rule->acts(now) || !hit.rule->match.accepts(*reply_)) return;
  const Subject subject{
      .text = hit.subject, .peer = &query_.peer, .connection = &counts, .question = &question};
  hit.admission = hit.rule->admit(subject, now);
}

bool ReplyFaults::ask(Hit& hit, const dns::Question& question, TimePoint now) {
  const Rule& rule = *hit.rule;
  Rng rng = rule.rng(query_.peer.connection, now).split(query_.request).split(1);
  const DnsReplySeen seen{.question = question,
                          .reply = reply_ ? &*reply_ : nullptr,
                          .transport = query_.transport,
                          .direction = rule.direction,
                          .ordinal = hit.admission.ordinal,
                          .of_client = rng_of_client(rule, query_.peer),
                          .answers = rule.answers.get()};
  const Applied applied = hit.admission.spec->on_reply(seen, hit.verdict, rng);
  if (applied == Applied::yes) return true;
  if (applied == Applied::no) rule.count_unfit(hit.admission);
  if (applied == Applied::spared) rule.count_spared(hit.admission);
  hit.verdict = {};
  return false;
}

std::vector<Bytes> ReplyFaults::apply(ByteView reply, const ActiveRules& rules,
                                      TimePoint now) const {
  std::vector<Bytes> messages;
  std::optional<dns::EditableReply> edited;
  std::vector<const ReplyDamage*> damages;
  // What passes without a fault passes with one that makes nothing longer.
  const std::size_t limit = std::max(query_.limit, reply.size());
  for (const Hit& hit : hits_) {
    const ReplyVerdict& verdict = hit.verdict;
    if (!hit.admission || !is_active(hit.rule->key, rules, now)) continue;
    if (verdict.dropped) return {};
    if (verdict.damage) damages.push_back(&verdict.damage);
    if (verdict.ahead && reply_) {
      dns::EditableReply other = *reply_;
      verdict.ahead(other);
      messages.push_back(other.write(limit));
    }
    if (verdict.edit && reply_) {
      if (!edited) edited = reply_;
      verdict.edit(*edited);
    }
  }
  Bytes own = edited ? edited->write(limit) : Bytes(reply.begin(), reply.end());
  for (const ReplyDamage* damage : damages) (*damage)(own);
  messages.push_back(std::move(own));
  return messages;
}

}  // namespace firedrill
