#pragma once

#include "proxy/codec/event/framed.h"

namespace firedrill::event {

// Frames that begin with their length as a base 128 varint, least significant group first: what
// protobuf's writeDelimitedTo() writes.
class VarintCodec final : public FramedCodec {
 public:
  explicit VarintCodec(const Options& options) : FramedCodec(options) {}

 private:
  Header read_header(ByteView bytes) const override;
  Bytes write(std::string_view payload, ByteView like) const override;
};

}  // namespace firedrill::event
