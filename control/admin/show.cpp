#include "control/admin/show.h"

#include "control/healed_by.h"
#include "proxy/codec/dns/name.h"
#include "proxy/codec/dns/types.h"
#include "proxy/core/rfc3339.h"
#include "proxy/core/utf8.h"
#include "proxy/model/access_entry.h"

#include <boost/json/array.hpp>

#include <algorithm>
#include <variant>

namespace firedrill::admin {
namespace {

using boost::json::object;

object definition(const std::string& name, const Value& value) {
  object shown{{"name", name}};
  const boost::json::value json = to_json(value);
  for (const auto& entry : json.as_object()) shown.insert_or_assign(entry.key(), entry.value());
  return shown;
}

object counters(const RuleState& state) {
  const auto count = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  object skipped{
      {"share", count(state.skipped_share)},       {"trigger", count(state.skipped_trigger)},
      {"overflow", count(state.skipped_overflow)}, {"terminal", count(state.skipped_terminal)},
      {"spared", count(state.skipped_spared)},     {"format", count(state.skipped_format)}};
  return {{"matched", count(state.matched)},
          {"hit", count(state.hit)},
          {"would_hit", count(state.would_hit)},
          {"skipped", std::move(skipped)}};
}

object members_of(const ConnectionHit&) {
  return {};
}

object members_of(const RequestHit& hit) {
  object shown{{"method", valid_utf8(hit.method)}, {"path", valid_utf8(hit.path)}};
  shown["status"] = hit.status == 0 ? boost::json::value() : boost::json::value(hit.status);
  return shown;
}

object members_of(const QueryHit& hit) {
  return {{"name", dns::name_text(as_bytes(hit.name))},
          {"type", dns::type_text(hit.type)},
          {"transport", hit.transport == dns::Transport::tcp ? "tcp" : "udp"}};
}

object members_of(const EventHit& hit) {
  return {{"type", valid_utf8(hit.type)}, {"channel", valid_utf8(hit.channel)},
          {"id", valid_utf8(hit.id)},     {"index", hit.index},
          {"before", hit.before},         {"after", hit.after}};
}

// The moment as people read it, or null.
boost::json::value wall_time(const std::optional<TimePoint>& time, const Moment& moment) {
  if (!time) return nullptr;
  const auto left =
      std::chrono::duration_cast<std::chrono::system_clock::duration>(*time - moment.now);
  return boost::json::value(rfc3339(moment.wall + left));
}

}  // namespace

bool acts(const Fault& fault, TimePoint now) {
  return fault.deadline && *fault.deadline > now;
}

object show(const Proxy& proxy) {
  object shown = definition(proxy.config->name, proxy.definition);
  shown["listen"] = format(proxy.bound);
  shown["enabled"] = proxy.config->enabled;
  shown["connections"] = {{"open", proxy.state->open.load(std::memory_order_relaxed)},
                          {"accepted", proxy.state->connections.load(std::memory_order_relaxed)}};
  return shown;
}

object show(const Fault& fault, const Moment& moment) {
  object shown = definition(fault.config->name, fault.config->definition);
  const bool active = acts(fault, moment.now);
  shown["active"] = active;
  shown["deadline"] = nullptr;
  shown["seconds_left"] = nullptr;
  if (active && *fault.deadline != kNever) {
    const Duration left = *fault.deadline - moment.now;
    shown["deadline"] = wall_time(fault.deadline, moment);
    shown["seconds_left"] = std::chrono::duration<double>(left).count();
  }
  if (fault.config->type->family == Family::dns) {
    shown["healed_by"] = wall_time(healed_by(fault, moment.now), moment);
  }
  shown["counters"] = counters(*fault.state);
  return shown;
}

object show(const ProfileConfig& profile, const Store& store, const Moment& moment) {
  boost::json::array names;
  for (const std::string& name : profile.faults) names.emplace_back(name);
  const bool active = std::ranges::all_of(profile.faults, [&](const std::string& name) {
    const Fault* fault = store.find_fault(name);
    return fault != nullptr && acts(*fault, moment.now);
  });
  std::optional<TimePoint> healed;
  for (const std::string& name : profile.faults) {
    const Fault* fault = store.find_fault(name);
    if (fault != nullptr) healed = std::max(healed, healed_by(*fault, moment.now));
  }
  return {{"name", profile.name},
          {"faults", std::move(names)},
          {"active", active && !profile.faults.empty()},
          {"healed_by", wall_time(healed, moment)}};
}

boost::json::array show_hits(const std::vector<ProxyHit>& hits) {
  boost::json::array all;
  for (const auto& [proxy, hit] : hits) {
    object shown{
        {"time", rfc3339(hit.time)}, {"proxy", proxy}, {"client", client_text(hit.client)}};
    const object what = std::visit([](const auto& one) { return members_of(one); }, hit.what);
    for (const auto& member : what) shown.insert(member);
    all.push_back(std::move(shown));
  }
  return all;
}

boost::json::array show_proxies(const Store& store) {
  boost::json::array all;
  for (const Proxy& proxy : store.proxies()) all.push_back(show(proxy));
  return all;
}

boost::json::array show_faults(const Store& store, const Moment& moment) {
  boost::json::array all;
  for (const Fault& fault : store.faults()) all.push_back(show(fault, moment));
  return all;
}

boost::json::array show_profiles(const Store& store, const Moment& moment) {
  boost::json::array all;
  for (const ProfileConfig& profile : store.profiles()) {
    all.push_back(show(profile, store, moment));
  }
  return all;
}

boost::json::value show_lock(const Store& store) {
  if (!store.lock()) return nullptr;
  return {{"reason", *store.lock()}};
}

}  // namespace firedrill::admin
