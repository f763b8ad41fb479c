#pragma once

#include "proxy/model/proxy_config.h"
#include "proxy/session/resolver.h"
#include "proxy/session/stream.h"

namespace firedrill {

// How a connection to an upstream ended.
struct Connected {
  bool ok = false;
  bool timed_out = false;
  std::string error = {};  // "connection refused", "name: not found"; empty when it is there
};

// What names may resolve to: no metadata service, whose address can't be told from a name before.
Resolution permitted(Resolution resolution);

// Connects `stream` to the first address of `upstream` that answers: names are resolved, addresses
// are tried one after the other or, when one takes longer than 250 ms, beside each other (RFC
// 8305), all within the configured time. `wakeup` is the caller's own; meanwhile it is the stream's
// writer, and afterwards there is none. The config and the stream must outlive the task.
Task<Connected> connect(Loop& loop, Resolver& resolver, const ProxyConfig& config, Stream& stream,
                        Wakeup& wakeup);

}  // namespace firedrill
