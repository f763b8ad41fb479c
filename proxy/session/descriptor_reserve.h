#pragma once

namespace firedrill {

// The lowest descriptor that connections may not take, so that some are left for what the process
// can't do without: the upstream side of accepted connections, resolving, the admin API. The kernel
// gives the lowest number that is free; a number therefore tells how many are in use. Reads the
// process's limit as it is now; INT_MAX when there is none.
int first_reserved_descriptor();

}  // namespace firedrill
