#include "proxy/codec/http/unframed.h"

#include "proxy/codec/http/body.h"

namespace firedrill::http {

Unframed unframe(const Framing& framing, ByteView bytes) {
  Unframed body;
  BodyReader reader(framing);
  while (!reader.ended() && body.size < bytes.size() && body.reason == Reason::none) {
    const auto step = reader.decode(bytes.subspan(body.size));
    body.reason = step.reason;
    body.size += step.consumed;
    body.payload.insert(body.payload.end(), step.payload.begin(), step.payload.end());
  }
  body.whole = reader.ended();
  return body;
}

}  // namespace firedrill::http
