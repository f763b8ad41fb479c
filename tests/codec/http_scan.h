#pragma once

#include "proxy/codec/http/head.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::http {

inline void PrintTo(Reason reason, std::ostream* out) {
  *out << text_of(reason);
}

// Scans with `scan(bytes)` every prefix of a message, each in a heap block of its own size, so that
// the address sanitizer sees a byte read too many. Expects that each prefix is incomplete up to
// some length, and from there on has the verdict of the whole, which is returned.
template <class ScanBytes>
Scan scan_split(std::string_view message, ScanBytes scan) {
  const Scan whole = scan(as_bytes(message));
  bool settled = false;
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const std::vector<char> prefix(message.begin(),
                                   message.begin() + static_cast<std::ptrdiff_t>(size));
    const Scan part = scan(as_bytes({prefix.data(), prefix.size()}));
    settled = settled || !part.incomplete();
    EXPECT_EQ(part, settled ? whole : kIncomplete) << "cut at " << size << " of " << message;
  }
  return whole;
}

// Why a request (or response) is refused, whole and cut anywhere; `none` for one that is complete.
inline Reason reason_of_request(std::string_view message) {
  RequestScanner scanner;
  const Scan scan = scan_split(message, [&](ByteView bytes) { return scanner.scan(bytes); });
  EXPECT_FALSE(scan.incomplete()) << message;
  return scan.reason;
}

inline Reason reason_of_response(std::string_view message, ResponseTo to = ResponseTo::other) {
  ResponseScanner scanner;
  const Scan scan = scan_split(message, [&](ByteView bytes) { return scanner.scan(bytes, to); });
  EXPECT_FALSE(scan.incomplete()) << message;
  return scan.reason;
}

// A request for / whose fields are Host and `lines`.
inline std::string request_with(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

inline std::string response_with(std::string_view lines) {
  return "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n";
}

}  // namespace firedrill::http
