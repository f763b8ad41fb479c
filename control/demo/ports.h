#pragma once

#include <cstdint>
#include <string>

namespace firedrill::demo {

// Which sockets a port is wanted for.
enum class Transport : std::uint8_t { tcp, udp_and_tcp };

// "127.0.0.1:PORT" with `wished` if it is free, else with another port that is. It is free at this
// moment: somebody else may take it before we do.
std::string free_address(std::uint16_t wished, Transport transport);

}  // namespace firedrill::demo
