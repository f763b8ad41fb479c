#pragma once

#include <string_view>

namespace firedrill::demo {

// The text of configs/demo.yaml, put into the binary by CMake.
extern const std::string_view kEmbeddedConfig;

}  // namespace firedrill::demo
