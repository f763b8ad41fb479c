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

dns::Question question_of(const AskedQuery& query) {
  return dns::parse_query(query.head, dns::OtherOpcodes::forward).question;
}

// Whether there is something to be done when the reply is sent.
bool acts_on_message(const ReplyVerdict& verdict) {
  return verdict.dropped || verdict.edit || verdict.ahead || verdict.damage;
}

}  // namespace

void QueryDelay::add(std::uint64_t rule, Duration delay) {
  if (delay <= Duration::zero()) return;
  total = add_delays(total, delay);
  holds.push_back({rule, delay});
}

bool is_active(std::uint64_t key, const ActiveRules& rules, TimePoint now) {
  const Rule* const rule = rules.query.find(key);
  return rule != nullptr && rule->acts(now);
}

QueryHit query_hit(const dns::Question& question, dns::Transport transport) {
  return {
      .name = std::string(as_text(question.name)), .type = question.qtype, .transport = transport};
}

ReplyFaults::~ReplyFaults() {
  for (Hit& hit : hits_) leave(hit, Why::unfit);
}

void ReplyFaults::add(RulePtr rule, std::string subject, Admission admission, Done done) {
  hits_.push_back({.rule = std::move(rule),
                   .subject = std::move(subject),
                   .stage = done == Done::nothing ? Stage::open : Stage::closed,
                   .admission = std::move(admission)});
}

void ReplyFaults::wait_for_reply(RulePtr rule, std::string subject) {
  hits_.push_back(
      {.rule = std::move(rule), .subject = std::move(subject), .stage = Stage::waiting});
}

QueryDelay ReplyFaults::decide(ByteView reply, const ActiveRules& rules, ConnectionCounts& counts,
                               HitLog& log, TimePoint now) {
  reply_ = dns::EditableReply::parse(reply);
  const dns::Question question = question_of(query_);
  QueryDelay delay;
  for (Hit& hit : hits_) {
    if (!is_active(hit.rule->key, rules, now)) continue;
    if (hit.stage == Stage::waiting) admit(hit, question, counts, now);
    if (hit.admission) ask(hit, question, now);
    if (hit.admission && !acts_on_message(hit.verdict)) finish(hit, log);
    delay.add(hit.rule->key, hit.verdict.delay);
  }
  if (delay.total > Duration::zero() || !changes_records()) reply_.reset();
  return delay;
}

void ReplyFaults::admit(Hit& hit, const dns::Question& question, ConnectionCounts& counts,
                        TimePoint now) {
  hit.stage = Stage::open;
  if (!reply_ || !hit.rule->acts(now) || !hit.rule->match.accepts(*reply_)) return;
  const Subject subject{
      .text = hit.subject, .peer = &query_.peer, .connection = &counts, .question = &question};
  hit.admission = hit.rule->admit(subject, now);
}

void ReplyFaults::ask(Hit& hit, const dns::Question& question, TimePoint now) {
  const Rule& rule = *hit.rule;
  const FaultSpec& spec = *hit.admission.spec;
  Rng rng = rule.rng(query_.peer.connection, now).split(query_.request).split(1);
  const DnsReplySeen seen{.question = question,
                          .reply = reply_ ? &*reply_ : nullptr,
                          .transport = query_.transport,
                          .direction = rule.direction,
                          .of_client = rng_of_client(rule, query_.peer),
                          .answers = rule.answers.get(),
                          // An edit may have given the state of another fault some.
                          .turns = spec.counts_answers() ? rule.state->turns.get() : nullptr};
  const Applied applied = spec.on_reply(seen, hit.verdict, rng);
  if (applied == Applied::no) leave(hit, Why::unfit);
  if (applied == Applied::spared) leave(hit, Why::spared);
}

// Nothing is done, nor will be; what was done to the query before stays so.
void ReplyFaults::leave(Hit& hit, Why why) const {
  const bool open = hit.admission && hit.stage == Stage::open;
  if (open && why == Why::unfit) hit.rule->count_unfit(hit.admission);
  if (open && why == Why::spared) hit.rule->count_spared(hit.admission);
  if (open && why == Why::terminal) hit.rule->count_terminal(hit.admission);
  hit.stage = Stage::closed;
  hit.admission.spec = nullptr;
  hit.verdict = {};
}

void ReplyFaults::finish(Hit& hit, HitLog& log) const {
  if (std::exchange(hit.stage, Stage::closed) == Stage::closed) return;
  const auto time = std::chrono::system_clock::now();
  log.add(*hit.rule, {time, query_.peer, query_hit(question_of(query_), query_.transport)});
}

bool ReplyFaults::changes_records() const {
  return std::ranges::any_of(hits_,
                             [](const Hit& hit) { return hit.verdict.edit || hit.verdict.ahead; });
}

std::vector<Bytes> ReplyFaults::apply(ByteView reply, const ActiveRules& rules, HitLog& log,
                                      TimePoint now) {
  std::vector<Hit*> done;
  bool dropped = false;
  for (Hit& hit : hits_) {
    const bool active = is_active(hit.rule->key, rules, now);
    if (!hit.admission || !acts_on_message(hit.verdict)) continue;
    if (dropped || !active) {
      leave(hit, active ? Why::terminal : Why::unfit);
      continue;
    }
    done.push_back(&hit);
    finish(hit, log);
    dropped = hit.verdict.dropped;
  }
  if (dropped) return {};
  if (!reply_ && changes_records()) reply_ = dns::EditableReply::parse(reply);
  // What passes without a fault passes with one that makes nothing longer.
  const std::size_t limit = std::max(query_.limit, reply.size());
  std::vector<Bytes> messages;
  for (const Hit* hit : done) {
    if (!hit->verdict.ahead || !reply_) continue;
    dns::EditableReply other = *reply_;
    hit->verdict.ahead(other);
    messages.push_back(other.write(limit));
  }
  messages.push_back(edited(reply, done, limit));
  return messages;
}

// The reply itself, with what these hits make of it.
Bytes ReplyFaults::edited(ByteView reply, std::span<Hit* const> hits, std::size_t limit) const {
  std::optional<dns::EditableReply> edited;
  for (const Hit* hit : hits) {
    if (!hit->verdict.edit || !reply_) continue;
    if (!edited) edited = reply_;
    hit->verdict.edit(*edited);
  }
  for (const Hit* hit : hits) {
    if (edited && hit->verdict.edit) hit->rule->state->give(edited->longest_ttl());
  }
  Bytes message = edited ? edited->write(limit) : Bytes(reply.begin(), reply.end());
  for (const Hit* hit : hits) {
    if (hit->verdict.damage) hit->verdict.damage(message);
  }
  return message;
}

}  // namespace firedrill
