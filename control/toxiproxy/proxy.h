#pragma once

#include "control/store.h"
#include "control/toxiproxy/failure.h"
#include "control/toxiproxy/json.h"

#include <string>

namespace firedrill::toxiproxy {

// What a client says of a proxy, as it said it.
struct ProxyInput {
  std::string name;
  std::string listen;
  std::string upstream;
  bool enabled = true;
};

// What `json` says over `known`.
Outcome<ProxyInput> read_proxy_input(const Json& json, ProxyInput known = {});

// Why a new proxy can't be that, if it can't: a name or an upstream is missing. `where` stands
// behind the field's name: " at proxy 1".
Outcome<> check_new(const ProxyInput& input, const std::string& where = {});

// A proxy as this API shows it: listening where it is bound, or to be bound, as it was written.
ProxyInput input_of(const Proxy& proxy);

// Whether this API shows it at all.
inline bool is_shown(const Proxy& proxy) {
  return proxy.config->protocol == Protocol::tcp;
}

// The proxy that a client asks for, with everything else as in `base`. Where it is to listen must
// be an address only when it is enabled; an upstream that is no address, or must not be connected
// to, is one that no connection reaches.
Outcome<ProxyDefinition> definition_of(const ProxyInput& input, const Proxy* base = nullptr);

// Makes it so: what was open on it is cut off if it does not go on listening where it was.
Outcome<> install(Store& store, const ProxyInput& input, const Actor& actor);

std::string json_of(const Store& store, const Proxy& proxy);

// A refusal of the store as this API tells it.
Failure failure_of(const Refusal& refusal);

}  // namespace firedrill::toxiproxy
