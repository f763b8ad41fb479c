#pragma once

#include "proxy/codec/json/pointer.h"
#include "proxy/core/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::event {

// `payload` with the time at the pointer moved: a string in RFC 3339, of which the fraction and the
// offset stay, or a number since the epoch, in the unit that its size tells: seconds, milli-,
// micro- or nanoseconds. Nothing when there is no such value, or the time would leave the years
// that can be written.
std::optional<std::string> skew_time(std::string_view payload, const json::Pointer& pointer,
                                     Duration skew);

}  // namespace firedrill::event
