// Store, the events that an operator lets pass.

#include "control/store_state.h"
#include "proxy/codec/event/codec.h"

namespace firedrill {

Change<> Store::skip_event(const std::string& name, const std::optional<std::string>& id,
                           const Actor& actor) {
  const Fault* fault = find_fault(name);
  if (fault == nullptr) return not_found("fault", name);
  const auto conflict = [&](std::string_view why) {
    return Refusal{Refusal::Kind::conflict, {{"", std::string("\"" + name + "\" ").append(why)}}};
  };
  if (!fault->config->match.sticky()) return conflict("is not sticky; no event comes back to it");
  if (!fault->active()) return conflict("is off, and lets every event pass");
  const std::uint64_t last = fault->state->last_event.load(std::memory_order_relaxed);
  if (!id && last == 0) return conflict("has hit no event yet");
  const event::Event named{.raw = {}, .payload = {}, .type = {}, .id = id ? *id : ""};
  fault->state->skip(id ? event::identity(named) : last);
  Journal::Entry entry = entry_of(actor, "fault.skip", name);
  if (id) entry.diff = boost::json::object{{"id", *id}};
  record(std::move(entry));
  return {};
}

}  // namespace firedrill
