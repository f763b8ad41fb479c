#pragma once

#include <cstdint>
#include <iosfwd>

namespace firedrill::demo {

enum class Show : std::uint8_t { tour, all };

// Starts the built-in services, prints the tour and runs the product in front of them until it is
// told to end; or only prints the tour as it is when every port is free. Gives the status to exit
// with.
int run(Show show, std::ostream& out);

}  // namespace firedrill::demo
