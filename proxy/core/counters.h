#pragma once

#include "proxy/core/time.h"

#include <array>
#include <cstdint>

namespace firedrill {

// Plain integers that belong to one worker and one proxy; a collector sums copies of them on a
// scrape. Everything here is what any reverse proxy would count: nothing tells that a fault was
// injected.

// Durations by upper bound, Prometheus style.
struct Histogram {
  static constexpr std::array<double, 14> kBounds{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};  // seconds
  std::array<std::uint64_t, kBounds.size() + 1> counts{};
  double sum = 0;  // seconds

  void observe(Duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
    ++counts[bucket];
    sum += seconds;
  }
  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    sum += other.sum;
    return *this;
  }
};

struct Counters {
  // Connections: how many were accepted, and how those that have ended did.
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_ok = 0;        // ended by both sides in order
  std::uint64_t connections_refused = 0;   // the upstream could not be reached
  std::uint64_t connections_reset = 0;     // a peer reset it
  std::uint64_t connections_timeout = 0;   // a time limit ended it
  std::uint64_t connections_rejected = 0;  // over max_connections
  std::uint64_t connections_shed = 0;      // idle when memory was scarce
  bool accepting = true;                   // false while memory is too scarce for more
  std::uint64_t bytes_request = 0;
  std::uint64_t bytes_response = 0;
  std::uint64_t written_request = 0;  // tcp: what the upstream's socket has taken of these
  std::uint64_t written_response = 0;
  // How the latest attempt to reach the upstream went, and when that was.
  bool upstream_up = true;
  TimePoint upstream_tried = {};

  // HTTP. Code 0 means that no response was sent.
  std::array<std::uint64_t, 600> responses{};
  std::uint64_t bad_requests = 0;
  std::uint64_t bad_responses = 0;
  Histogram request_duration;
  Histogram upstream_duration;
  std::uint64_t healthchecks_ok = 0;
  std::uint64_t healthchecks_failed = 0;
  std::uint64_t access_log_dropped = 0;  // lines that could not be written

  // DNS: by type (kDnsTypes, then all others) and rcode; two further columns for no answer.
  static constexpr std::array<std::uint16_t, 11> kDnsTypes{1, 2, 5, 6, 12, 15, 16, 28, 33, 65, 255};
  static constexpr std::size_t kDnsTimeout = 16;
  static constexpr std::size_t kDnsEmpty = 17;  // NOERROR without an answer
  std::array<std::array<std::uint64_t, 18>, kDnsTypes.size() + 1> dns{};
  Histogram dns_duration;
  std::uint64_t dns_bad_queries = 0;         // malformed or not allowed
  std::uint64_t dns_unexpected_replies = 0;  // wrong id, question or source
  std::uint64_t dns_receive_drops = 0;       // the kernel's queue was full

  // Streams.
  std::uint64_t stream_events = 0;
  std::uint64_t stream_codec_errors = 0;
  std::uint64_t stream_opaque_events = 0;  // too large to look into
  std::int64_t stream_last_event = 0;      // nanoseconds of the wall clock; zero for none

  Counters& operator+=(const Counters& other);

  void upstream_answered(TimePoint now) {
    upstream_up = true;
    upstream_tried = now;
  }
  void upstream_failed(TimePoint now) {
    upstream_up = false;
    upstream_tried = now;
  }

  // The row of `dns` for a query type.
  static std::size_t dns_row(std::uint16_t qtype) {
    std::size_t row = 0;
    while (row < kDnsTypes.size() && kDnsTypes[row] != qtype) ++row;
    return row;
  }
};

}  // namespace firedrill
