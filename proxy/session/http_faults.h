#pragma once

#include "proxy/codec/http/head.h"
#include "proxy/fault/http_verdict.h"
#include "proxy/model/snapshot.h"
#include "proxy/session/hit_notes.h"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill {

// What all rules together do to one message, each in its turn.
struct MessageEdits {
  // An edit, and the hit that it belongs to.
  struct Head {
    HeadEdit edit;
    std::size_t hit;
  };
  // Of a body that is gathered: an edit of it or, in its place among these, a stage.
  struct Body {
    BodyEdit edit;
    std::unique_ptr<BodyStage> stage;
    std::size_t hit;
    std::uint64_t key;  // of the rule
  };
  std::vector<Head> heads = {};
  std::vector<Body> bodies = {};
  BodyChain chain = {};
  WantedFraming framing = WantedFraming::any;
  AfterMessage after = AfterMessage::go_on;
  bool any = false;
};

// What the http faults decided about the present exchange of a connection. Each decision keeps the
// rule that took it, so that it falls with the rule: a fault that is switched off in the middle of
// a wait ends the wait.
class HttpFaults {
 public:
  // The request's head has been read: asks the rules that are active now, in order.
  void decide(const ActiveRules& rules, const Peer& peer, std::uint64_t request,
              const http::RequestHead& head, TimePoint now);
  // The response's head has been read.
  void decide_response(const ActiveRules& rules, const http::RequestHead& request,
                       const http::ResponseHead& head, TimePoint now);
  // The exchange is over: what it took of budgets is free again.
  void clear();

  // Whether any rule has a part in the exchange, or may get one when the response is there.
  bool empty() const { return hits_.empty(); }

  // The delays of those rules that are still active.
  Duration request_delay(const ActiveRules& rules, TimePoint now) const;
  Duration response_delay(const ActiveRules& rules, TimePoint now) const;

  // What to answer instead of the upstream, if the rule that says so is still active; null to
  // forward.
  AnswerPtr answer(const ActiveRules& rules, TimePoint now) const;
  // Where to send the request instead, likewise; null for the proxy's own upstream.
  const Address* upstream(const ActiveRules& rules, TimePoint now) const;

  // Whether such a rule wants to edit the whole of a body.
  bool edits_request_body(const ActiveRules& rules, TimePoint now) const;
  bool edits_response_body(const ActiveRules& rules, TimePoint now) const;

  // The edits of those rules that are still active; to be asked for once.
  MessageEdits request_edits(const ActiveRules& rules, TimePoint now);
  MessageEdits response_edits(const ActiveRules& rules, TimePoint now);
  // There will be no response for the rules that have a part in it alone.
  void count_no_response();
  // An edit of the whole body could not be done after all.
  void count_unfit(const MessageEdits::Body& body);

  // Notes the rules that have a part in the exchange, once: when its status is known, or when it
  // has ended without.
  void note(HitNotes& notes, const RequestHit& request);
  bool to_be_noted() const { return !hits_.empty() && !noted_; }

 private:
  // A rule whose match holds. While it waits for the response nothing has been decided.
  struct Hit {
    RulePtr rule;
    std::string subject;
    bool waits = false;
    Admission admission = {};  // without a spec: it has no part in the exchange
    bool undone = false;       // it acts both ways, and could do nothing to the request
    RequestVerdict request = {};
    ResponseVerdict response = {};
  };

  void admit(Hit& hit, TimePoint now);
  bool ask_about_request(Hit& hit, const http::RequestHead& head, TimePoint now);
  void ask_about_response(Hit& hit, const http::RequestHead& request,
                          const http::ResponseHead& head, TimePoint now);
  bool may_answer(Hit& hit, const AnswerPtr& answer);
  MessageEdits edits(const ActiveRules& rules, TimePoint now, MessageEdit& (*edit_of)(Hit&));

  Peer peer_;
  std::uint64_t request_ = 0;
  ConnectionCounts counts_;
  std::vector<Hit> hits_;
  bool noted_ = false;
  AnswerPtr answer_;
  std::size_t answering_ = 0;  // the hit that answer_ belongs to
};

}  // namespace firedrill
