#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/core/value.h"
#include "proxy/fault/fault.h"
#include "proxy/model/peer.h"
#include "proxy/model/request_key.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

namespace dns {
class EditableReply;
enum class Transport : std::uint8_t;
}  // namespace dns

class Never;

// Which traffic a fault may touch, compiled from the `match` of its configuration. An absent part
// is true; without any part everything matches. Copies share the compiled form, which is immutable.
class Match {
 public:
  static constexpr std::string_view kVetoed = "never";

  // Matches everything.
  Match() = default;

  // Reads what `family` may select by: `sources` (or one `source`) for all, and what HttpMatch,
  // DnsMatch and EventMatch document; for http and dns also `response`, see ResponseMatch and
  // DnsResponseMatch; for stream, that of HttpMatch too, about the request that opens the stream.
  // Anything else in the map is a problem.
  static std::optional<Match> read(const Value& value, const std::string& path, Family family,
                                   Problems& problems);

  // The same match, without what `never` covers.
  Match without(std::shared_ptr<const Never> never) const;

  // The key of the first condition that does not hold, or kVetoed for what may not be touched;
  // empty when all hold:
  // - of the client alone, for tcp,
  std::string_view mismatch(const Peer& peer) const;
  // - of the request, and for a stream fault of the request that opened the stream,
  std::string_view mismatch(const Peer& peer, const http::RequestHead& head) const;
  // - of the response, whose request or query has been checked before,
  std::string_view mismatch(const http::ResponseHead& head) const;
  std::string_view mismatch(const dns::EditableReply& reply) const;
  // - of the query,
  std::string_view mismatch(const Peer& peer, const dns::Question& question,
                            dns::Transport transport) const;
  // - of the event; what was asked of the request has been checked before.
  std::string_view mismatch(const event::Event& event) const;

  // Whether it matches; takes the same.
  template <class... About>
  bool accepts(const About&... about) const {
    return mismatch(about...).empty();
  }

  // True when no part was given: every connection, request, query or event matches.
  bool everything() const { return parts_ == nullptr; }

  // Whether it asks for something of a request, which a stream of a tcp proxy does not have.
  bool asks_for_request() const;

  // Whether it asks for something of the response, so that nothing can be decided before that.
  bool asks_for_response() const;

  // Whether a hit event is to be hit again on every redelivery (`sticky: true`, streams only).
  bool sticky() const;

  // For the rule index: a name that matches fits one of these; empty when any name may match.
  const std::vector<dns::NamePattern>& dns_names() const;

  // The keys of which a request must have one, for the rule index; empty when it can't tell.
  std::vector<RequestKey> http_keys() const;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace firedrill
