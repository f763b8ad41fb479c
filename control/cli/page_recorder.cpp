#include "control/cli/page_recorder.h"

#include "proxy/codec/http/forward.h"
#include "proxy/codec/http/unframer.h"
#include "proxy/fault/recorded_page.h"

namespace firedrill::cli {
namespace {

constexpr std::size_t kMostBody = 256_KiB;

Problems problem(std::string what) {
  return {{"", std::move(what)}};
}

// The head without the fields of the connection, for a body without framing.
std::string page_of(const http::ResponseHead& head, std::string_view body) {
  http::ForwardedHead forwarded;
  forwarded.gather(head);
  std::string text;
  for (const std::string_view piece : forwarded.pieces()) text.append(piece);
  http::ResponseScanner scanner;
  [[maybe_unused]] const auto scan = scanner.scan(as_bytes(text), http::ResponseTo::other);
  return page_head(scanner.head(), body, Dates::keep).text.append(body);
}

}  // namespace

Result<PageRecorder::State> PageRecorder::feed(ByteView bytes) {
  received_.insert(received_.end(), bytes.begin(), bytes.end());
  return read(Input::open);
}

Result<> PageRecorder::close() {
  const auto state = read(Input::closed);
  if (state.has_error()) return state.error();
  if (*state == State::whole) return {};
  return problem("the response broke off");
}

Result<PageRecorder::State> PageRecorder::read(Input input) {
  http::ResponseScanner scanner;
  for (;;) {
    const http::Scan scan = scanner.scan(received_, http::ResponseTo::other);
    if (scan.incomplete()) return State::wants_more;
    if (scan.refused()) {
      return problem("that is no HTTP/1 response: " + std::string(http::text_of(scan.reason)));
    }
    const http::ResponseHead& head = scanner.head();
    if (!head.is_interim()) break;
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(head.size));
  }
  const http::ResponseHead& head = scanner.head();
  http::Unframer body(head.framing);
  body.feed(ByteView(received_).subspan(head.size));
  if (input == Input::closed) body.close();
  if (body.reason() != http::Reason::none) {
    return problem("the body is broken: " + std::string(http::text_of(body.reason())));
  }
  if (body.payload().size() > kMostBody) return problem("the body is larger than 256 KiB");
  if (!body.whole()) return State::wants_more;
  page_ = page_of(head, as_text(body.payload()));
  return State::whole;
}

}  // namespace firedrill::cli
