// /v1/events: what changes, as it changes.

#include "control/admin/endpoint.h"
#include "control/admin/server.h"
#include "control/admin/show.h"
#include "control/admin/stats.h"
#include "proxy/core/rfc3339.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

namespace firedrill::admin {
namespace {

namespace asio = boost::asio;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr Duration kPeriod = std::chrono::seconds(1);

Event event(std::string name, const boost::json::value& data) {
  return {.name = std::move(name), .data = boost::json::serialize(data)};
}

Event state(const Store& store) {
  const Moment moment = Moment::read();
  return event("state", {{"time", rfc3339(moment.wall)},
                         {"proxies", show_proxies(store)},
                         {"faults", show_faults(store, moment)},
                         {"profiles", show_profiles(store, moment)},
                         {"lock", show_lock(store)}});
}

Event stats(Store& store) {
  const Moment moment = Moment::read();
  return event("stats", {{"time", rfc3339(moment.wall)},
                         {"proxies", show_traffic(store)},
                         {"faults", show_faults(store, moment)}});
}

asio::awaitable<void> publish_stats(Store& store, Server& server) {
  asio::steady_timer timer(server.context());
  while (true) {
    timer.expires_after(kPeriod);
    const auto [ec] = co_await timer.async_wait(kTuple);
    if (ec) co_return;
    if (server.followers() > 0) server.publish(stats(store));
  }
}

}  // namespace

void publish_changes(Store& store, Server& server) {
  store.on_change([&server](const Journal::Record& record) {
    server.publish(event("change", to_json(record)));
  });
  auto publishing = publish_stats(store, server);
  asio::co_spawn(server.context(), std::move(publishing), asio::detached);
}

void add_live(Endpoints& endpoints, const Api& api) {
  Route route = operators_only(Verb::get, "/v1/events", Handler());
  route.handler = EventStream{
      .opening = [&store = api.store](const Request&) { return std::vector<Event>{state(store)}; }};
  endpoints.push_back(
      {.route = std::move(route),
       .summary = "Streams server-sent events: `state` first, then each `change` as the journal "
                  "has it, and `stats` each second.",
       .statuses = {200, 503},
       .answer = {{"type", "string"}},
       .answer_type = "text/event-stream"});
}

}  // namespace firedrill::admin
