#include "proxy/model/event_match.h"

#include "proxy/codec/event/codec.h"
#include "proxy/core/bytes.h"
#include "proxy/core/params.h"

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::size_t kSearched = 64_KiB;

// One pattern or a list of them; nothing when the key is absent.
std::vector<Glob> read_globs(Fields& fields, std::string_view key) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return {};
  if (const auto* list = value->list(); list != nullptr && list->empty()) {
    fields.complain(key, "must not be empty; leave it out to match everything");
  }
  auto globs = Kind<std::vector<Glob>>::read(*value, fields.path_of(key), fields.problems());
  return globs ? std::move(*globs) : std::vector<Glob>();
}

bool fits_any(const std::vector<Glob>& globs, std::string_view text) {
  return globs.empty() ||
         std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(text); });
}

bool has_header(const event::Event& event, std::string_view name, const std::vector<Glob>& values) {
  return std::ranges::any_of(event.headers, [&](const event::EventHeader& header) {
    return header.name == name && fits_any(values, header.value);
  });
}

NumberMatch read_number(Fields& fields, std::string_view key) {
  const Value* value = fields.optional(key);
  if (value == nullptr) return {};
  return NumberMatch::read(*value, fields.path_of(key), fields.problems());
}

std::vector<std::uint64_t> read_connections(Fields& fields) {
  const Value* value = fields.optional("connection");
  if (value == nullptr) return {};
  Fields inner(*value, fields.path_of("connection"), fields.problems());
  const Value* nth = inner.required("nth");
  inner.finish();
  if (nth == nullptr) return {};
  if (const auto* list = nth->list(); list != nullptr && list->empty()) {
    inner.complain("nth", "must not be empty; leave it out to match everything");
  }
  return Kind<std::vector<std::uint64_t>>::read(*nth, inner.path_of("nth"), inner.problems())
      .value_or(std::vector<std::uint64_t>());
}

}  // namespace

NumberMatch NumberMatch::read(const Value& value, const std::string& path, Problems& problems) {
  static const auto params = Params<NumberMatch>()
                                 .optional("gt", &NumberMatch::gt, "More than this.")
                                 .optional("ge", &NumberMatch::ge, "At least this.")
                                 .optional("lt", &NumberMatch::lt, "Less than this.")
                                 .optional("le", &NumberMatch::le, "At most this.");
  Fields fields(value, path, problems);
  const NumberMatch match = params.read(fields);
  fields.finish();
  const bool any = match.gt || match.ge || match.lt || match.le;
  if (value.map() != nullptr && value.map()->empty() && !any) {
    kind::refuse(value, path, "a map with gt, ge, lt or le", problems);
  }
  return match;
}

bool NumberMatch::accepts(std::uint64_t number) const {
  return (!gt || number > *gt) && (!ge || number >= *ge) && (!lt || number < *lt) &&
         (!le || number <= *le);
}

EventMatch EventMatch::read(Fields& fields) {
  EventMatch match;
  Problems& problems = fields.problems();
  match.types_ = read_globs(fields, "event");
  match.channels_ = read_globs(fields, "channel");
  match.keys_ = read_globs(fields, "key");
  if (const Value* headers = fields.optional("event_header")) {
    Fields names(*headers, fields.path_of("event_header"), problems);
    if (const auto* map = headers->map()) {
      for (const auto& entry : *map) {
        match.headers_.push_back({.name = entry.key, .values = read_globs(names, entry.key)});
      }
    }
    names.finish();
  }
  if (const Value* json = fields.optional("json")) {
    match.json_ = JsonMatch::read(*json, fields.path_of("json"), problems);
  }
  if (const Value* payload = fields.optional("payload")) {
    match.payload_ = Kind<Regex>::read(*payload, fields.path_of("payload"), problems);
  }
  if (const Value* contains = fields.optional("contains")) {
    match.contains_ = Kind<std::string>::read(*contains, fields.path_of("contains"), problems)
                          .value_or(std::string());
  }
  match.size_ = read_number(fields, "size");
  match.delivery_ = read_number(fields, "delivery");
  match.connections_ = read_connections(fields);
  if (const Value* sticky = fields.optional("sticky")) {
    match.sticky_ = Kind<bool>::read(*sticky, fields.path_of("sticky"), problems).value_or(false);
  }
  return match;
}

std::string_view EventMatch::mismatch(const event::Event& event) const {
  if (!fits_any(types_, event.type)) return "event";
  if (!fits_any(channels_, event.channel)) return "channel";
  if (!fits_any(keys_, event.id)) return "key";
  for (const Header& header : headers_) {
    if (!has_header(event, header.name, header.values)) return "event_header";
  }
  if (!size_.accepts(event.payload.size())) return "size";
  if (!delivery_.accepts(event.delivery)) return "delivery";
  const std::string_view searched = event.payload.substr(0, kSearched);
  if (searched.find(contains_) == std::string_view::npos) return "contains";
  if (payload_ && !payload_->occurs_in(searched)) return "payload";
  return json_.accepts(event.payload) ? "" : "json";
}

std::string_view EventMatch::mismatch(const Peer& peer) const {
  const bool fits = connections_.empty() ||
                    std::ranges::find(connections_, peer.connection) != connections_.end();
  return fits ? "" : "connection";
}

}  // namespace firedrill
