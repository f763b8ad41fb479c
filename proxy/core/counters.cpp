#include "proxy/core/counters.h"

#include <algorithm>

namespace firedrill {
namespace {

template <class Array>
void add(Array& into, const Array& from) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  for (const auto member : {&Counters::connections_opened,     &Counters::connections_ok,
                            &Counters::connections_refused,    &Counters::connections_reset,
                            &Counters::connections_timeout,    &Counters::connections_rejected,
                            &Counters::connections_shed,       &Counters::bytes_request,
                            &Counters::bytes_response,         &Counters::written_request,
                            &Counters::written_response,       &Counters::bad_requests,
                            &Counters::bad_responses,          &Counters::healthchecks_ok,
                            &Counters::healthchecks_failed,    &Counters::dns_bad_queries,
                            &Counters::dns_unexpected_replies, &Counters::dns_receive_drops,
                            &Counters::stream_events,          &Counters::stream_codec_errors,
                            &Counters::stream_opaque_events,   &Counters::access_log_dropped}) {
    this->*member += other.*member;
  }
  accepting = accepting && other.accepting;
  if (other.upstream_tried > upstream_tried) {
    upstream_up = other.upstream_up;
    upstream_tried = other.upstream_tried;
  }
  add(responses, other.responses);
  for (std::size_t i = 0; i < dns.size(); ++i) add(dns[i], other.dns[i]);
  request_duration += other.request_duration;
  upstream_duration += other.upstream_duration;
  dns_duration += other.dns_duration;
  stream_last_event = std::max(stream_last_event, other.stream_last_event);
  return *this;
}

}  // namespace firedrill
