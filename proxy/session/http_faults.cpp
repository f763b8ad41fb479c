#include "proxy/session/http_faults.h"

#include "proxy/fault/delay.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

bool active(const ActiveRules& rules, const Rule& rule, TimePoint now) {
  return std::ranges::any_of(rules.request.rules(), [&](const RulePtr& one) {
    return one->key == rule.key && one->acts(now);
  });
}

bool has_body(const http::RequestHead& request, const http::ResponseHead& head) {
  return !request.is_head() && head.framing.kind != http::Framing::Kind::none;
}

}  // namespace

void HttpFaults::clear() {
  hits_.clear();
  noted_ = false;
  answer_.reset();
}

void HttpFaults::decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
                        const http::RequestHead& head, TimePoint now) {
  clear();
  peer_ = peer;
  request_ = request;
  rules.request.each_candidate(head, [&](const RulePtr& rule) {
    if (!rule->acts(now) || !rule->match.accepts(peer, head)) return;
    Hit& hit = hits_.emplace_back(Hit{.rule = rule,
                                      .subject = rule->subject_text(peer, request, &head),
                                      .waits = rule->match.asks_for_response()});
    if (hit.waits) return;
    admit(hit, now);
    if (hit.admission && ask_about_request(hit, head, now)) return;
    // It has no part in the exchange.
    if (hit.admission.unit) return;
    hits_.pop_back();
  });
}

void HttpFaults::admit(Hit& hit, TimePoint now) {
  const Subject subject{.text = hit.subject, .peer = &peer_, .connection = &counts_};
  hit.admission = hit.rule->admit(subject, now);
}

// Asks the rule that was hit; false when it has nothing to do with this request.
bool HttpFaults::ask_about_request(Hit& hit, const http::RequestHead& head, TimePoint now) {
  Rng rng = hit.rule->rng(peer_.connection, now).split(request_);
  const HttpRequest request{
      .head = head, .direction = hit.rule->direction, .client = peer_.address, .now = now};
  const Applied applied = hit.admission.spec->on_request(request, hit.request, rng);
  if (applied == Applied::yes && may_answer(hit, hit.request.answer)) return true;
  hit.undone = applied == Applied::no && hit.rule->direction == Direction::both;
  if (hit.undone) return true;
  if (applied == Applied::no) hit.rule->count_unfit(hit.admission);
  if (applied == Applied::spared) hit.rule->count_spared(hit.admission);
  hit.admission.spec = nullptr;
  hit.request = {};
  return false;
}

// At most one fault answers: a rule that would comes too late when another has.
bool HttpFaults::may_answer(Hit& hit, const AnswerPtr& answer) {
  if (answer == nullptr) return true;
  const auto place = static_cast<std::size_t>(&hit - hits_.data());
  if (answer_ != nullptr && answering_ != place) {
    hit.rule->count_terminal(hit.admission);
    return false;
  }
  answer_ = answer;
  answering_ = place;
  return true;
}

void HttpFaults::decide_response(const ActiveRules& rules, const http::RequestHead& request,
                                 const http::ResponseHead& head, TimePoint now) {
  for (Hit& hit : hits_) {
    if (hit.waits) {
      hit.waits = false;
      if (!active(rules, *hit.rule, now) || !hit.rule->match.accepts(head)) continue;
      admit(hit, now);
    }
    if (hit.admission) ask_about_response(hit, request, head, now);
  }
}

void HttpFaults::ask_about_response(Hit& hit, const http::RequestHead& request,
                                    const http::ResponseHead& head, TimePoint now) {
  Rng rng = hit.rule->rng(peer_.connection, now).split(request_).split(1);
  const HttpResponse response{.request = request,
                              .head = head,
                              .direction = hit.rule->direction,
                              .has_body = has_body(request, head),
                              .now = now};
  const Applied applied = hit.admission.spec->on_response(response, hit.response, rng);
  if (applied == Applied::yes && may_answer(hit, hit.response.answer)) return;
  // What has been done to the request stays a hit.
  const bool nothing = hit.undone || hit.rule->direction != Direction::both;
  if (applied == Applied::no && nothing) hit.rule->count_unfit(hit.admission);
  if (nothing) hit.admission.spec = nullptr;
  hit.response = {};
}

namespace {

template <class Hits>
Duration sum_of(const Hits& hits, const ActiveRules& rules, TimePoint now, auto delay_of) {
  Duration sum{};
  for (const auto& hit : hits) {
    const Duration delay = delay_of(hit);
    if (delay > Duration::zero() && active(rules, *hit.rule, now)) sum = add_delays(sum, delay);
  }
  return sum;
}

}  // namespace

Duration HttpFaults::request_delay(const ActiveRules& rules, TimePoint now) const {
  return sum_of(hits_, rules, now, [](const Hit& hit) { return hit.request.delay; });
}

Duration HttpFaults::response_delay(const ActiveRules& rules, TimePoint now) const {
  return sum_of(hits_, rules, now, [](const Hit& hit) { return hit.response.delay; });
}

AnswerPtr HttpFaults::answer(const ActiveRules& rules, TimePoint now) const {
  return answer_ != nullptr && active(rules, *hits_[answering_].rule, now) ? answer_ : nullptr;
}

const Address* HttpFaults::upstream(const ActiveRules& rules, TimePoint now) const {
  for (const Hit& hit : hits_) {
    if (hit.request.upstream != nullptr && active(rules, *hit.rule, now)) {
      return hit.request.upstream;
    }
  }
  return nullptr;
}

bool HttpFaults::edits_request_body(const ActiveRules& rules, TimePoint now) const {
  return std::ranges::any_of(hits_, [&](const Hit& hit) {
    return hit.request.edit.body && active(rules, *hit.rule, now);
  });
}

bool HttpFaults::edits_response_body(const ActiveRules& rules, TimePoint now) const {
  return std::ranges::any_of(hits_, [&](const Hit& hit) {
    return hit.response.edit.body && active(rules, *hit.rule, now);
  });
}

MessageEdits HttpFaults::edits(const ActiveRules& rules, TimePoint now,
                               MessageEdit& (*edit_of)(Hit&)) {
  MessageEdits all;
  std::vector<std::size_t> acting;
  bool gathers = false;
  for (std::size_t i = 0; i < hits_.size(); ++i) {
    const MessageEdit& edit = edit_of(hits_[i]);
    if (edit.empty() || !active(rules, *hits_[i].rule, now)) continue;
    acting.push_back(i);
    gathers = gathers || edit.body;
  }
  for (const std::size_t i : acting) {
    MessageEdit& edit = edit_of(hits_[i]);
    const std::uint64_t key = hits_[i].rule->key;
    all.any = true;
    if (edit.head) all.heads.push_back({std::move(edit.head), i});
    if (edit.stage != nullptr && gathers && edit.stage->works_on() == BodyWorkOn::content) {
      all.bodies.push_back({.edit = {}, .stage = std::move(edit.stage), .hit = i, .key = key});
    } else if (edit.stage != nullptr) {
      all.chain.add(key, std::move(edit.stage));
    }
    if (edit.body) {
      all.bodies.push_back({.edit = std::move(edit.body), .stage = {}, .hit = i, .key = key});
    }
    all.framing = std::max(all.framing, edit.framing);
    all.after = std::max(all.after, edit.after);
  }
  return all;
}

MessageEdits HttpFaults::request_edits(const ActiveRules& rules, TimePoint now) {
  return edits(rules, now, [](Hit& hit) -> MessageEdit& { return hit.request.edit; });
}

MessageEdits HttpFaults::response_edits(const ActiveRules& rules, TimePoint now) {
  return edits(rules, now, [](Hit& hit) -> MessageEdit& { return hit.response.edit; });
}

void HttpFaults::count_no_response() {
  for (std::size_t i = 0; i < hits_.size(); ++i) {
    Hit& hit = hits_[i];
    const bool answers = answer_ != nullptr && i == answering_;
    if (!hit.admission || answers) continue;
    if (!hit.admission.spec->waits_for_response(hit.rule->direction)) continue;
    if (answer_ != nullptr) {
      hit.rule->count_terminal(hit.admission);
    } else {
      hit.rule->count_unfit(hit.admission);
    }
    hit.admission.spec = nullptr;
  }
}

void HttpFaults::count_unfit(const MessageEdits::Body& body) {
  Hit& hit = hits_[body.hit];
  hit.rule->count_unfit(hit.admission);
  hit.admission.spec = nullptr;
}

void HttpFaults::note(HitNotes& notes, const RequestHit& request) {
  noted_ = true;
  for (const Hit& hit : hits_) {
    if (hit.admission) notes.add(*hit.rule, request);
  }
}

}  // namespace firedrill
