#pragma once

#include <string_view>

namespace firedrill::toxiproxy {

// The version of the API that is spoken: clients decide by it which calls they may make.
inline constexpr std::string_view kVersion = "2.12.0";

}  // namespace firedrill::toxiproxy
