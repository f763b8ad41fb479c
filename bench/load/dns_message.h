#pragma once

#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace firedrill::bench {

// Just enough DNS to ask for an address and to answer with one.
namespace dns {

inline constexpr std::size_t kLargestMessage = 2048;

// How many different names are asked for, so that no cache helps.
inline constexpr std::uint32_t kNames = 10000;

// A query for the A record of h<number>.bench.test, with the identifier zero.
Bytes make_query(std::uint32_t number);

std::uint16_t identifier(ByteView message);
void set_identifier(Bytes& message, std::uint16_t identifier);

// The response to `query` with one A record; nothing when it is not a plain query.
std::optional<Bytes> answer(ByteView query);

// Whether `message` is a response without error that holds at least one answer.
bool is_good_response(ByteView message);

}  // namespace dns
}  // namespace firedrill::bench
