#pragma once

#include "control/toxiproxy/failure.h"
#include "proxy/core/address.h"

#include <string>
#include <string_view>

namespace firedrill::toxiproxy {

// Where to listen for what a client wrote: `localhost:P` is 127.0.0.1, `:P`, `0.0.0.0:P` and no
// text at all are all addresses, and other names are those of /etc/hosts: a listener is on this
// machine, and no call waits for a name server. The failure is in Go's words, without the
// operation ("address nonsense: missing port in address").
Outcome<Address> resolve_listen(std::string_view text);

// As Go writes it: "[::]:8080" for all addresses.
std::string go_text(const Address& address);

}  // namespace firedrill::toxiproxy
