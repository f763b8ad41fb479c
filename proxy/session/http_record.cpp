// HttpSession, what is kept for the operator.

#include "proxy/model/access_entry.h"
#include "proxy/session/http_session.h"

#include <chrono>

namespace firedrill {

// The faults that have a part in the exchange, as soon as it is known what the client is sent.
void HttpSession::note_hits() {
  rescan_request();
  const http::RequestHead& head = proxy_.http.request.head();
  faults_.note(
      hits_,
      {.method = brief(head.method), .path = brief(head.target.path), .status = exchange_.status});
}

// The exchange is over.
void HttpSession::finish_record() {
  if (faults_.to_be_noted()) note_hits();
  if (proxy_.access_log.is_open()) write_access_log();
  hits_.clear();
}

void HttpSession::write_access_log() {
  const TimePoint now = proxy_.loop.now();
  const Duration took = now - exchange_.started;
  std::vector<std::string> faults = connection_faults_.hitting(proxy_.rules(), now);
  for (const std::string& name : hits_.faults()) {
    if (std::ranges::find(faults, name) == faults.end()) faults.push_back(name);
  }
  AccessEntry entry{
      .time = std::chrono::system_clock::now() -
              std::chrono::duration_cast<std::chrono::system_clock::duration>(took),
      .proxy = proxy_.config().name,
      .client = peer_,
      .status = exchange_.status,
      .request_bytes = exchange_.request_bytes,
      .response_bytes = response_->bytes() - exchange_.sent_before,
      .duration = took,
      .upstream_duration = exchange_.upstream_took,
      .faults = faults,
  };
  if (!head_.empty()) {
    rescan_request();
    const http::RequestHead& head = proxy_.http.request.head();
    entry.method = head.method;
    entry.host = head.host;
    entry.path = head.target.path;
    entry.query = head.target.query;
  }
  proxy_.access_log.add(json_line(entry));
}

}  // namespace firedrill
