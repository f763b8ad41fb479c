#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/core/bytes.h"

#include <cstdint>
#include <optional>

namespace firedrill::dns {

// The name at `at`, without compression; nothing when it can't be followed to its end, by the rules
// of end_of_name().
std::optional<Bytes> expand_name(ByteView message, std::size_t at);

// The data of a record, the names in it without compression where its type may have some (RFC 3597,
// section 4), so that it means the same in any message; nothing when they can't be followed, or
// leave the data.
std::optional<Bytes> expand_data(ByteView message, std::uint16_t type, const RecordPlace& record);

}  // namespace firedrill::dns
