#include "control/explain.h"

#include "control/compile_rule.h"
#include "control/config/references.h"
#include "control/explain_question.h"
#include "proxy/fault/answer_turns.h"
#include "proxy/fault/frozen_answers.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

// What is found about one fault. Without a reason it hits.
struct Finding {
  bool about = true;                           // whether its family looks at such things at all
  std::string_view mismatch = {};              // the key of the match that does not hold
  std::optional<std::size_t> protection = {};  // the match of the proxy's `never` that keeps it off
  std::string_view reason = {};
  std::uint64_t ordinal = 0;
};

// A fault, its rule when it is one of the proxy's, and what is found about it.
struct Case {
  const Fault* fault;
  RulePtr rule = {};
  Finding finding = {};
};

// Asks the rules one after the other, as the workers do; a terminal fault is in the way of those
// behind it.
class Explainer {
 public:
  Explainer(const ExplainQuestion& question, const Never& never, TimePoint now)
      : question_(question), never_(never), now_(now) {}

  Finding ask(const Rule& rule) {
    Finding finding{.about = is_about(rule.type->family)};
    if (!finding.about) {
      finding.reason = "other_family";
      return finding;
    }
    finding.mismatch = mismatch(rule);
    if (finding.mismatch == Match::kVetoed) {
      finding.reason = std::exchange(finding.mismatch, {});
      finding.protection = protection(rule.type->family);
      return finding;
    }
    if (!finding.mismatch.empty()) {
      finding.reason = "match";
      return finding;
    }
    if (rule.type->family == Family::stream && !rule.acts_on(question_.side())) {
      finding.reason = "direction";
      return finding;
    }
    if (now_ >= rule.deadline) {
      finding.reason = "off";
      return finding;
    }
    if (rule.match.asks_for_response()) {
      finding.reason = kWaits;
      return finding;
    }
    weigh(rule, finding, [&](const FaultSpec& spec, Rng rng) { return obstacle(rule, spec, rng); });
    return finding;
  }

  // Asks again when all have been asked, now about the response, if the question tells of one.
  void ask_about_response(const Rule& rule, Finding& finding) {
    const bool concerned = finding.reason.empty() || finding.reason == kWaits;
    if (!concerned || !has_response_for(rule, finding)) return;
    // What has been done to the request stays a hit.
    const bool done = finding.reason.empty() && rule.direction == Direction::both;
    const bool http = rule.type->family == Family::http;
    weigh(rule, finding, [&](const FaultSpec& spec, Rng rng) {
      return http ? obstacle_at_response(rule, spec, rng.split(1))
                  : obstacle_at_reply(rule, spec, rng.split(1));
    });
    if (done) finding.reason = {};
  }

 private:
  static constexpr std::string_view kWaits = "response";

  // Whether there is something to decide at the response.
  bool has_response_for(const Rule& rule, const Finding& finding) const {
    if (rule.type->family == Family::http) return question_.response() != nullptr;
    if (rule.type->family != Family::dns || question_.reply() == nullptr) return false;
    return finding.reason == kWaits || sees_reply(rule);
  }

  bool sees_reply(const Rule& rule) const {
    const Admission admission = foresee(rule);
    return admission && admission.spec->sees_reply(rule.direction);
  }

  bool is_about(Family family) const {
    switch (family) {
      case Family::tcp:
        return question_.query() == nullptr;
      case Family::http:
        return question_.request() != nullptr;
      case Family::dns:
        return question_.query() != nullptr;
      case Family::stream:
        return question_.event() != nullptr;
    }
    return false;
  }

  std::string_view mismatch(const Rule& rule) const {
    const Peer& peer = question_.peer();
    switch (rule.type->family) {
      case Family::tcp:
        return rule.match.mismatch(peer);
      case Family::http: {
        const auto key = rule.match.mismatch(peer, *question_.request());
        const http::ResponseHead* response = question_.response();
        return key.empty() && response != nullptr ? rule.match.mismatch(*response) : key;
      }
      case Family::dns: {
        const auto key = rule.match.mismatch(peer, *question_.query(), question_.transport());
        const dns::EditableReply* reply = question_.reply();
        return key.empty() && reply != nullptr ? rule.match.mismatch(*reply) : key;
      }
      case Family::stream:
        break;
    }
    const http::RequestHead* request = question_.request();
    const auto opening =
        request != nullptr ? rule.match.mismatch(peer, *request) : rule.match.mismatch(peer);
    return opening.empty() ? rule.match.mismatch(*question_.event()) : opening;
  }

  std::optional<std::size_t> protection(Family family) const {
    const Peer& peer = question_.peer();
    if (family == Family::dns) {
      return never_.covers(peer, *question_.query(), question_.transport());
    }
    const bool connection = family == Family::tcp || question_.request() == nullptr;
    if (connection) return never_.covers(peer);
    return never_.covers(peer, *question_.request());
  }

  Admission foresee(const Rule& rule) const {
    const Peer& peer = question_.peer();
    const bool connection = rule.type->family == Family::tcp ||
                            (question_.event() != nullptr && question_.request() == nullptr);
    const std::uint64_t ordinal = connection ? 0 : question_.ordinal();
    const auto* head = connection ? nullptr : question_.request();
    Subject subject{.text = rule.subject_text(peer, ordinal, head),
                    .peer = &peer,
                    .question = question_.query()};
    if (rule.type->family != Family::stream) return rule.foresee(subject, now_);
    subject.text = subject_of(rule.share, peer, ordinal, head);
    return rule.foresee_event(event::identity(*question_.event()), now_, subject);
  }

  // Decides about what matches; `obstacle` tells why a hit is none after all, or "".
  template <class Obstacle>
  void weigh(const Rule& rule, Finding& finding, Obstacle obstacle) const {
    const Admission admission = foresee(rule);
    finding.ordinal = admission.ordinal;
    if (admission) {
      const Rng rng = rule.rng(question_.peer().connection, now_).split(question_.ordinal());
      finding.reason = obstacle(*admission.spec, rng);
    } else {
      finding.reason = admission.outcome == Outcome::inactive ? "idle" : name_of(admission.outcome);
    }
  }

  std::string_view obstacle(const Rule& rule, const FaultSpec& spec, Rng rng) {
    switch (rule.type->family) {
      case Family::tcp:
        return {};
      case Family::http:
        return obstacle_at_request(rule, spec, rng);
      case Family::dns: {
        QueryVerdict verdict;
        const DnsQuerySeen query{.question = *question_.query(), .direction = rule.direction};
        const Applied applied = spec.on_query(query, verdict, rng);
        if (applied != Applied::yes) return applied == Applied::no ? "format" : "spared";
        return verdict.action != QueryVerdict::Action::forward ? take_terminal(rule) : "";
      }
      case Family::stream:
        break;
    }
    const Applied applied =
        spec.on_event(*question_.event(), question_.codec(), event_verdict_, rng);
    return applied == Applied::yes ? "" : "format";
  }

  std::string_view obstacle_at_request(const Rule& rule, const FaultSpec& spec, Rng rng) {
    RequestVerdict verdict;
    const HttpRequest request{.head = *question_.request(),
                              .direction = rule.direction,
                              .client = question_.peer().address,
                              .now = now_};
    const Applied applied = spec.on_request(request, verdict, rng);
    if (applied == Applied::spared) return "spared";
    if (applied == Applied::no) return rule.direction == Direction::both ? kWaits : "format";
    return verdict.answer != nullptr ? take_terminal(rule) : "";
  }

  std::string_view obstacle_at_response(const Rule& rule, const FaultSpec& spec, Rng rng) {
    ResponseVerdict verdict;
    const http::ResponseHead& head = *question_.response();
    const HttpResponse response{.request = *question_.request(),
                                .head = head,
                                .direction = rule.direction,
                                .has_body = head.framing.kind != http::Framing::Kind::none,
                                .now = now_};
    if (spec.on_response(response, verdict, rng) == Applied::no) return "format";
    return verdict.answer != nullptr ? take_terminal(rule) : "";
  }

  std::string_view obstacle_at_reply(const Rule& rule, const FaultSpec& spec, Rng rng) {
    if (dropped_) return "terminal";
    ReplyVerdict verdict;
    FrozenAnswers answers;  // of this question's own: nothing is kept
    AnswerTurns turns;
    const DnsReplySeen reply{.question = *question_.query(),
                             .reply = question_.reply(),
                             .transport = question_.transport(),
                             .direction = rule.direction,
                             .of_client = rng,
                             .answers = &answers,
                             .turns = &turns};
    const Applied applied = spec.on_reply(reply, verdict, rng);
    dropped_ = verdict.dropped;
    if (applied == Applied::yes) return "";
    return applied == Applied::no ? "format" : "spared";
  }

  std::string_view take_terminal(const Rule& rule) {
    if (answering_.empty()) answering_ = rule.name;
    return answering_ == rule.name ? "" : "terminal";
  }

  const ExplainQuestion& question_;
  const Never& never_;
  TimePoint now_;
  std::string answering_;  // the fault that answers
  bool dropped_ = false;   // whether one has dropped the reply to a query
  EventVerdict event_verdict_;
};

boost::json::object show(const Fault& fault, const Finding& finding, TimePoint now) {
  boost::json::object shown{{"fault", fault.config->name},
                            {"type", fault.config->type->name},
                            {"active", fault.deadline && *fault.deadline > now}};
  const bool asked = finding.about && finding.reason != "other_proxy";
  shown["matches"] =
      asked ? boost::json::value(finding.mismatch.empty()) : boost::json::value(nullptr);
  shown["hit"] = finding.reason.empty();
  shown["reason"] =
      finding.reason.empty() ? boost::json::value(nullptr) : boost::json::value(finding.reason);
  if (!finding.mismatch.empty()) shown["field"] = "match." + std::string(finding.mismatch);
  if (finding.protection) shown["field"] = "never[" + std::to_string(*finding.protection) + "]";
  if (finding.ordinal != 0) shown["ordinal"] = finding.ordinal;
  return shown;
}

// Those that are asked first stand first.
std::vector<const Fault*> in_order(const Store& store) {
  std::vector<const Fault*> faults;
  for (const Fault& fault : store.faults()) faults.push_back(&fault);
  std::ranges::stable_sort(faults, std::ranges::greater{},
                           [](const Fault* fault) { return fault->config->priority; });
  return faults;
}

std::string wrong_for(const ExplainQuestion& question, const ProxyConfig& proxy) {
  const Protocol protocol = proxy.protocol;
  if ((protocol == Protocol::dns) != (question.query() != nullptr)) {
    return protocol == Protocol::dns ? "speaks dns; ask about a query"
                                     : "does not speak dns; ask about a connection or a request";
  }
  const bool fits = question.request() == nullptr || protocol == Protocol::http;
  return fits ? "" : "speaks tcp, which knows no requests; ask about a connection";
}

}  // namespace

Result<boost::json::object> explain(const Store& store, const Value& body) {
  auto question = ExplainQuestion::read(body);
  if (question.has_error()) return question.error();
  const Proxy* proxy = store.find_proxy(question->proxy());
  if (proxy == nullptr) {
    return Problems{{"proxy", "there is no proxy \"" + question->proxy() + "\""}};
  }
  if (std::string wrong = wrong_for(*question, *proxy->config); !wrong.empty()) {
    return Problems{{"proxy", "\"" + question->proxy() + "\" " + wrong}};
  }
  if (auto wrong = question->take_proxy(*proxy->config); !wrong.empty()) return wrong;
  const TimePoint now = Clock::now();
  const Never& never = proxy->config->never;
  Explainer explainer(*question, never, now);
  std::vector<Case> cases;
  for (const Fault* fault : in_order(store)) {
    Case& one = cases.emplace_back(Case{.fault = fault, .finding = {.reason = "other_proxy"}});
    if (!names_proxy(*fault->config, *proxy->config)) continue;
    one.rule = sparing(compile_rule(*fault, store.proxies(), store.config().seed), never);
    one.finding = explainer.ask(*one.rule);
  }
  boost::json::array faults;
  for (Case& one : cases) {
    if (one.rule != nullptr) explainer.ask_about_response(*one.rule, one.finding);
    faults.push_back(show(*one.fault, one.finding, now));
  }
  return boost::json::object{{"proxy", question->proxy()}, {"faults", std::move(faults)}};
}

boost::json::object explain_question_schema() {
  return ExplainQuestion::schema();
}

boost::json::object explain_answer_schema() {
  const auto text_or_null = boost::json::array{"string", "null"};
  const boost::json::object fault{
      {"fault", {{"type", "string"}}},
      {"type", {{"type", "string"}}},
      {"active", {{"type", "boolean"}}},
      {"matches",
       {{"type", boost::json::array{"boolean", "null"}},
        {"description", "Whether its match holds; null when it is not asked."}}},
      {"hit", {{"type", "boolean"}}},
      {"reason",
       {{"type", text_or_null},
        {"description",
         "Why it does not hit: other_proxy, other_family, match, never (the proxy protects it), "
         "direction (of an event), off, "
         "idle (in a flap), share, trigger, overflow (of the budget), dry_run, terminal (another "
         "answers), spared (by "
         "the fault itself), format, response (it depends on that, and none is given)."}}},
      {"field",
       {{"type", "string"},
        {"description", "The key of the match that does not hold, or the match of never."}}},
      {"ordinal", {{"type", "integer"}, {"description", "Its number for the trigger."}}}};
  const boost::json::object entry{{"type", "object"}, {"properties", fault}};
  const boost::json::object properties{
      {"proxy", {{"type", "string"}}},
      {"faults",
       {{"type", "array"}, {"items", entry}, {"description", "In the order of being asked."}}}};
  return {{"type", "object"}, {"properties", properties}};
}

}  // namespace firedrill
