#pragma once

#include "control/config/config.h"

namespace firedrill {

// What is wrong with the proxies that a fault names, at "proxy" or "match": each must exist, its
// protocol must be one that the fault's family acts on, and it must have what the fault selects by.
// Problems have their paths relative to the fault.
Problems check_fault_proxies(const FaultConfig& fault,
                             const std::vector<const ProxyConfig*>& proxies);

// A proxy whose address a fault may answer with, with the path of the parameter that says so and
// the place of that. Each of the fault's variants may name another.
struct OwnProxy {
  std::string name;
  std::string path;
  Position at = {};
};
std::vector<OwnProxy> own_proxies(const FaultConfig& fault);

// The address that clients reach a proxy at, for a fault that answers with it, if there is one.
std::optional<Cidr::Raw> own_address(const ProxyConfig& proxy);

// Whether faults of `family` act on `proxy`.
bool acts_on(Family family, const ProxyConfig& proxy);

// The proxies that a fault acts on.
bool names_proxy(const FaultConfig& fault, const ProxyConfig& proxy);

// What is wrong with the faults that a profile names.
Problems check_profile(const ProfileConfig& profile, const std::vector<std::string>& faults);

}  // namespace firedrill
