#include "proxy/model/match.h"

#include "proxy/core/fields.h"
#include "proxy/model/alternatives.h"
#include "proxy/model/dns_match.h"
#include "proxy/model/dns_response_match.h"
#include "proxy/model/event_match.h"
#include "proxy/model/http_match.h"
#include "proxy/model/never.h"
#include "proxy/model/response_match.h"

#include <algorithm>

namespace firedrill {

struct Match::Parts {
  std::vector<Cidr> sources;
  HttpMatch http;
  ResponseMatch response;
  DnsMatch dns;
  DnsResponseMatch dns_response;
  EventMatch event;
  std::shared_ptr<const Never> never = nullptr;

  // Asked last, of what matches otherwise.
  template <class... About>
  std::string_view veto(const About&... about) const {
    return never != nullptr && never->covers(about...) ? kVetoed : "";
  }

  std::string_view mismatch(const Peer& peer) const {
    const auto holds = [&](const Cidr& block) { return block.contains(peer.address); };
    if (!sources.empty() && std::ranges::none_of(sources, holds)) return "sources";
    return event.mismatch(peer);
  }
};

std::optional<Match> Match::read(const Value& value, const std::string& path, Family family,
                                 Problems& problems) {
  const std::size_t before = problems.size();
  Fields fields(value, path, problems);
  Parts parts;
  parts.sources = read_alternatives<Cidr>(fields, "sources", "source");
  if (family == Family::http || family == Family::stream) parts.http = HttpMatch::read(fields);
  if (family == Family::http) {
    if (const Value* response = fields.optional("response")) {
      parts.response = ResponseMatch::read(*response, fields.path_of("response"), problems);
    }
  }
  if (family == Family::dns) {
    parts.dns = DnsMatch::read(fields);
    if (const Value* response = fields.optional("response")) {
      parts.dns_response = DnsResponseMatch::read(*response, fields.path_of("response"), problems);
    }
  }
  if (family == Family::stream) parts.event = EventMatch::read(fields);
  fields.finish();
  if (problems.size() != before) return std::nullopt;

  Match match;
  const auto* map = value.map();
  const auto given = [](const Value::Entry& entry) { return !entry.value.is_null(); };
  if (map != nullptr && std::ranges::any_of(*map, given)) {
    match.parts_ = std::make_shared<const Parts>(std::move(parts));
  }
  return match;
}

Match Match::without(std::shared_ptr<const Never> never) const {
  Parts parts = everything() ? Parts{} : *parts_;
  parts.never = std::move(never);
  Match match;
  match.parts_ = std::make_shared<const Parts>(std::move(parts));
  return match;
}

std::string_view Match::mismatch(const Peer& peer) const {
  if (everything()) return {};
  const auto key = parts_->mismatch(peer);
  return key.empty() ? parts_->veto(peer) : key;
}

std::string_view Match::mismatch(const Peer& peer, const http::RequestHead& head) const {
  if (everything()) return {};
  if (const auto key = parts_->mismatch(peer); !key.empty()) return key;
  const auto key = parts_->http.mismatch(head);
  return key.empty() ? parts_->veto(peer, head) : key;
}

std::string_view Match::mismatch(const Peer& peer, const dns::Question& question,
                                 dns::Transport transport) const {
  if (everything()) return {};
  if (const auto key = parts_->mismatch(peer); !key.empty()) return key;
  const auto key = parts_->dns.mismatch(question, transport);
  return key.empty() ? parts_->veto(peer, question, transport) : key;
}

std::string_view Match::mismatch(const event::Event& event) const {
  return everything() ? "" : parts_->event.mismatch(event);
}

std::string_view Match::mismatch(const http::ResponseHead& head) const {
  return asks_for_response() && !parts_->response.mismatch(head).empty() ? "response" : "";
}

std::string_view Match::mismatch(const dns::EditableReply& reply) const {
  return asks_for_response() && !parts_->dns_response.accepts(reply) ? "response" : "";
}

bool Match::asks_for_request() const {
  return !everything() && !parts_->http.everything();
}

bool Match::asks_for_response() const {
  return !everything() && !(parts_->response.everything() && parts_->dns_response.everything());
}

bool Match::sticky() const {
  return !everything() && parts_->event.sticky();
}

const std::vector<dns::NamePattern>& Match::dns_names() const {
  static const std::vector<dns::NamePattern> kNone;
  return everything() ? kNone : parts_->dns.index_names();
}

std::vector<RequestKey> Match::http_keys() const {
  return everything() ? std::vector<RequestKey>() : parts_->http.keys();
}

}  // namespace firedrill
