#include "proxy/codec/event/codec.h"
#include "proxy/core/siphash.h"

namespace firedrill::event {
namespace {

// Fixed, so that every replica gives one event one identity; two keys, so that an id is never
// mistaken for an equal payload.
constexpr std::uint64_t kSeed = 0x66697265'6472696cu;
constexpr std::uint64_t kOfId = 1;
constexpr std::uint64_t kOfPayload = 2;

}  // namespace

ByteView raw_of(const Piece& piece) {
  return std::visit([](const auto& alternative) { return alternative.raw; }, piece);
}

std::optional<Bytes> Codec::break_framing(const Event&, std::string_view) const {
  return std::nullopt;
}

std::optional<Bytes> Codec::encode_close(std::uint16_t) const {
  return std::nullopt;
}

Bytes Codec::encode_group(const Group& group, std::span<const Outcome>) const {
  return Bytes(group.raw.begin(), group.raw.end());
}

std::uint64_t identity(const Event& event) {
  return event.id.empty() ? siphash(kSeed, kOfPayload, event.payload)
                          : siphash(kSeed, kOfId, event.id);
}

}  // namespace firedrill::event
