#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill {

inline constexpr std::string_view kRpzClient = "rpz-client-ip";

// What an owner in a response policy zone, relative to it, is triggered by if not by its name:
// rpz-client-ip, rpz-ip, rpz-nsip or rpz-nsdname; else "".
std::string_view rpz_trigger(std::string_view owner);

// The block of addresses that an owner for rpz-client-ip means, "10.0.0.0/8" of
// `8.0.0.0.10.rpz-client-ip` and "2001:db8::/32" of `32.zz.db8.2001.rpz-client-ip`.
std::optional<std::string> rpz_client(std::string_view owner);

}  // namespace firedrill
