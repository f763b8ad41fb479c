// What the scanners accept must be unambiguous: cut anywhere it is read the same, and what is sent
// on in its place is accepted again with the same framing and end-to-end fields.

#include "proxy/codec/http/forward.h"
#include "tests/codec/end_to_end.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::http {
namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

// A part in a heap block of its own size, so that the sanitizer sees a byte read too many.
std::vector<std::byte> copy_of(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

template <class Scanner>
Scan scan_with(Scanner& scanner, ByteView bytes) {
  if constexpr (requires { scanner.scan(bytes); }) {
    return scanner.scan(bytes);
  } else {
    return scanner.scan(bytes, ResponseTo::other);
  }
}

// Cuts at every offset of a short message and at some offsets of a long one.
template <class Scanner>
void check_cuts(ByteView bytes, Scan whole) {
  static Scanner scanner;
  const std::size_t stride = bytes.size() / 64 + 1;
  bool settled = false;
  for (std::size_t size = 0; size < bytes.size(); size += stride) {
    const Scan part = scan_with(scanner, copy_of(bytes.first(size)));
    settled = settled || !part.incomplete();
    check(part == (settled ? whole : kIncomplete));
  }
}

std::string joined(const ForwardedHead& forwarded) {
  std::string text;
  for (const std::string_view piece : forwarded.pieces()) text += piece;
  check(text.size() == forwarded.size());
  return text;
}

void check_sent_fields(const FieldList& fields) {
  for (const FieldKind kind : {FieldKind::connection, FieldKind::keep_alive, FieldKind::upgrade,
                               FieldKind::proxy_connection}) {
    check(!fields.has(kind));
  }
}

void check_request(ByteView bytes) {
  static RequestScanner scanner;
  static RequestScanner again;
  static ForwardedHead forwarded;
  const Scan scan = scanner.scan(bytes);
  check_cuts<RequestScanner>(bytes, scan);
  if (!scan.complete()) return;

  const RequestHead& head = scanner.head();
  forwarded.gather(head);
  const std::string text = joined(forwarded);
  check(again.scan(as_bytes(text)) == kComplete);
  const RequestHead& sent = again.head();
  check(sent.size == text.size());
  check(sent.framing == head.framing && sent.method == head.method);
  check(sent.version_minor == head.version_minor);
  check(sent.host == head.host && sent.target.query == head.target.query);
  check(sent.target.form != Target::Form::absolute);
  if (head.target.form == Target::Form::origin) check(sent.target.raw == head.target.raw);
  auto lines = end_to_end(head.fields);
  if (head.target.form == Target::Form::absolute && !head.fields.has(FieldKind::host)) {
    lines.push_back("Host: " + std::string(head.host) + "\r\n");
  }
  check(lines_of(sent.fields) == lines);
  check_sent_fields(sent.fields);

  // What is sent on has nothing left to remove.
  forwarded.gather(sent);
  check(joined(forwarded) == text);

  forwarded.gather(head, {.connection = ConnectionLine::close, .framing = FramingFields::chunked});
  const std::string chunked = joined(forwarded);
  if (head.version_minor == 1 && head.fields.all().size() + 2 <= FieldList::kCapacity &&
      chunked.size() <= 32_KiB) {
    check(again.scan(as_bytes(chunked)) == kComplete);
    check(again.head().framing.kind == Framing::Kind::chunked && !again.head().keep_alive);
  }
}

void check_response(ByteView bytes) {
  static ResponseScanner scanner;
  static ResponseScanner again;
  static ForwardedHead forwarded;
  const Scan scan = scanner.scan(bytes, ResponseTo::other);
  check_cuts<ResponseScanner>(bytes, scan);
  if (!scan.complete()) return;

  const ResponseHead& head = scanner.head();
  forwarded.gather(head);
  const std::string text = joined(forwarded);
  check(again.scan(as_bytes(text), ResponseTo::other) == kComplete);
  const ResponseHead& sent = again.head();
  check(sent.size == text.size() && sent.start_line == head.start_line);
  check(sent.framing == head.framing && sent.status == head.status);
  check(lines_of(sent.fields) == end_to_end(head.fields));
  check_sent_fields(sent.fields);
  forwarded.gather(sent);
  check(joined(forwarded) == text);
}

// A response to HEAD is refused for the same reasons, and has no body.
void check_response_to_head(ByteView bytes) {
  static ResponseScanner scanner;
  static ResponseScanner to_head;
  const Scan scan = scanner.scan(bytes, ResponseTo::other);
  check(to_head.scan(bytes, ResponseTo::head) == scan);
  if (!scan.complete()) return;
  check(to_head.head().size == scanner.head().size);
  check(to_head.head().framing.kind == Framing::Kind::none);
}

}  // namespace
}  // namespace firedrill::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  firedrill::http::check_request(bytes);
  firedrill::http::check_response(bytes);
  firedrill::http::check_response_to_head(bytes);
  return 0;
}
