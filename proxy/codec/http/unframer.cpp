#include "proxy/codec/http/unframer.h"

namespace firedrill::http {

void Unframer::feed(ByteView bytes) {
  while (!bytes.empty() && !reader_.ended() && reason_ == Reason::none) {
    const auto step = reader_.decode(bytes);
    bytes = bytes.subspan(step.consumed);
    size_ += step.consumed;
    reason_ = step.reason;
    payload_.insert(payload_.end(), step.payload.begin(), step.payload.end());
    trailers_.insert(trailers_.end(), step.trailer.begin(), step.trailer.end());
  }
  whole_ = reader_.ended();
}

}  // namespace firedrill::http
