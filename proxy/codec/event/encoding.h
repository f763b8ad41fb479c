#pragma once

#include "proxy/codec/event/corruption.h"

#include <string>
#include <string_view>

namespace firedrill::event {

// `payload` as a consumer would find it that had not been told of the encoding: gzip without
// compression, base64, or UTF-16, little-endian and with a byte order mark.
std::string encode(std::string_view payload, Encoding encoding);

}  // namespace firedrill::event
