#pragma once

#include "proxy/codec/event/framed.h"

namespace firedrill::event {

// Netstrings: the length in decimal, a colon, the payload, a comma.
class NetstringCodec final : public FramedCodec {
 public:
  explicit NetstringCodec(const Options& options) : FramedCodec(options) {}

 private:
  Header read_header(ByteView bytes) const override;
  bool may_end_with(std::byte last) const override { return last == std::byte{','}; }
  Bytes write(std::string_view payload, ByteView like) const override;
};

}  // namespace firedrill::event
