#pragma once

#include "control/store.h"

#include <boost/json/object.hpp>

#include <chrono>

namespace firedrill::admin {

// One moment on both clocks: deadlines are monotonic, and people read wall-clock time.
struct Moment {
  TimePoint now;
  std::chrono::system_clock::time_point wall;

  static Moment read() { return {Clock::now(), std::chrono::system_clock::now()}; }
};

// As the API shows them: the definition and, beside its keys, the present state.
boost::json::object show(const Proxy& proxy);
boost::json::object show(const Fault& fault, const Moment& moment);
boost::json::object show(const ProfileConfig& profile, const Store& store, const Moment& moment);

// The last hits of a fault, as the workers have seen them, newest first.
boost::json::array show_hits(const std::vector<ProxyHit>& hits);

boost::json::array show_proxies(const Store& store);
boost::json::array show_faults(const Store& store, const Moment& moment);
boost::json::array show_profiles(const Store& store, const Moment& moment);

// {"reason": ...} while new activations are refused, else null.
boost::json::value show_lock(const Store& store);

// Whether the fault acts on traffic: the workers stop at the deadline, whoever expires it later.
bool acts(const Fault& fault, TimePoint now);

}  // namespace firedrill::admin
