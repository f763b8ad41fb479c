#pragma once

#include "proxy/codec/event/framed.h"

namespace firedrill::event {

// Frames that begin with their length in binary, in any of the forms that LengthFormat describes.
class LengthPrefixedCodec final : public FramedCodec {
 public:
  explicit LengthPrefixedCodec(const Options& options);

 private:
  Header read_header(ByteView bytes) const override;
  // What stands before the length is that of `like`, else zeros. A payload that is longer than the
  // length can say is cut, and one that is shorter gets zeros.
  Bytes write(std::string_view payload, ByteView like) const override;

  std::uint64_t greatest() const;  // number that the length can hold

  LengthFormat format_;
};

}  // namespace firedrill::event
