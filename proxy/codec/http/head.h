#pragma once

#include "proxy/codec/http/field.h"
#include "proxy/codec/http/reason.h"
#include "proxy/codec/http/target.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The strict reading of HTTP/1.1 heads. A scanner is given the bytes from the start of a message on
// and says whether they hold a whole head, may become one, or must be refused. It reads them once,
// from left to right, so the verdict does not depend on how they arrived: bytes that are refused
// are refused for the same reason however many follow, and what is incomplete was not yet wrong.
namespace firedrill::http {

// How the end of a body is found.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };

  Kind kind = Kind::none;
  std::uint64_t length = 0;  // of Kind::length
  bool operator==(const Framing&) const = default;
};

struct HeadLimits {
  std::size_t head = 32_KiB;
  std::size_t request_line = 8_KiB;  // with its CRLF
  std::size_t fields = FieldList::kCapacity;
};

// A request head. Its views point into the scanned bytes.
struct RequestHead {
  std::size_t size = 0;         // what to consume: the head and an empty line before it, if any
  std::string_view raw;         // the head alone, from its method to its empty line
  std::string_view start_line;  // with its CRLF
  std::string_view method;
  Target target;
  std::string_view host;  // of the Host field or the absolute form; "" only in HTTP/1.0
  int version_minor = 1;
  FieldList fields;
  Framing framing;
  bool keep_alive = false;        // the client will take another response on this connection
  bool upgrade = false;           // Connection names upgrade and Upgrade says to what
  bool expects_continue = false;  // Expect: 100-continue

  bool is_head() const { return method == "HEAD"; }

  // True when sending it twice does what sending it once does (RFC 9110, 9.2.2).
  bool is_idempotent() const;
};

// Whether a response answers HEAD, whose responses have no body whatever their fields say.
enum class ResponseTo : std::uint8_t { head, other };

// A response head. Its views point into the scanned bytes.
struct ResponseHead {
  std::size_t size = 0;
  std::string_view raw;
  std::string_view start_line;  // with its CRLF
  int status = 0;
  std::string_view phrase;
  int version_minor = 1;
  FieldList fields;
  Framing framing;
  bool keep_alive = false;  // the connection is good for another exchange after this body
  bool upgrade = false;     // Connection names upgrade and Upgrade says to what

  bool is_interim() const { return status >= 100 && status < 200 && status != 101; }
};

// A scanner and the head it fills are a few KiB and made for reuse: one for each worker, not for
// each connection. The head is valid after a complete scan, until the next one.
class RequestScanner {
 public:
  explicit RequestScanner(HeadLimits limits = {}) : limits_(limits) {}

  [[nodiscard]] Scan scan(ByteView bytes);
  const RequestHead& head() const { return head_; }

  // Whether `bytes`, of which the first `seen` were incomplete, should be scanned again: a line has
  // ended or a limit is crossed since. A head cannot be complete before; asking first keeps a
  // client that sends single bytes from having its head read once for each.
  bool worth_scanning(ByteView bytes, std::size_t seen) const;

 private:
  Scan scan_start_line(const char* at, const char* end);
  Reason conclude();
  Reason conclude_host();

  HeadLimits limits_;
  RequestHead head_;
};

class ResponseScanner {
 public:
  explicit ResponseScanner(HeadLimits limits = {}) : limits_(limits) {}

  [[nodiscard]] Scan scan(ByteView bytes, ResponseTo to);
  const ResponseHead& head() const { return head_; }

  // As in RequestScanner.
  bool worth_scanning(ByteView bytes, std::size_t seen) const;

 private:
  Scan scan_start_line(const char* at, const char* end);
  Reason conclude(ResponseTo to);

  HeadLimits limits_;
  ResponseHead head_;
};

}  // namespace firedrill::http
