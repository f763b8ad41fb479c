// What the scanners accept must be unambiguous: cut anywhere it is read the same, and what is sent
// on in its place is accepted again with the same framing and end-to-end fields.

#include "proxy/codec/http/forward.h"

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

// The fields that pass as they are whatever Connection says.
std::vector<std::string> protected_lines(const FieldList& fields) {
  std::vector<std::string> lines;
  for (const Field& field : fields.all()) {
    const bool is_protected =
        field.kind == FieldKind::host || field.kind == FieldKind::content_length ||
        field.kind == FieldKind::transfer_encoding || field.kind == FieldKind::authorization;
    if (is_protected) lines.emplace_back(field.line);
  }
  return lines;
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
  if (head.fields.has(FieldKind::host)) {
    check(protected_lines(sent.fields) == protected_lines(head.fields));
  }
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
  check(protected_lines(sent.fields) == protected_lines(head.fields));
  check_sent_fields(sent.fields);
}

}  // namespace
}  // namespace firedrill::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  firedrill::http::check_request(bytes);
  firedrill::http::check_response(bytes);
  return 0;
}
