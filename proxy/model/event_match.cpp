#include "proxy/model/event_match.h"

#include "proxy/codec/event/codec.h"
#include "proxy/core/bytes.h"

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

}  // namespace

EventMatch EventMatch::read(Fields& fields) {
  EventMatch match;
  Problems& problems = fields.problems();
  match.types_ = read_globs(fields, "event");
  match.keys_ = read_globs(fields, "key");
  if (const Value* json = fields.optional("json")) {
    match.json_ = JsonMatch::read(*json, fields.path_of("json"), problems);
  }
  if (const Value* payload = fields.optional("payload")) {
    match.payload_ = Kind<Regex>::read(*payload, fields.path_of("payload"), problems);
  }
  if (const Value* sticky = fields.optional("sticky")) {
    match.sticky_ = Kind<bool>::read(*sticky, fields.path_of("sticky"), problems).value_or(false);
  }
  return match;
}

std::string_view EventMatch::mismatch(const event::Event& event) const {
  if (!fits_any(types_, event.type)) return "event";
  if (!fits_any(keys_, event.id)) return "key";
  if (!json_.accepts(event.payload)) return "json";
  const bool fits = !payload_ || payload_->occurs_in(event.payload.substr(0, kSearched));
  return fits ? "" : "payload";
}

}  // namespace firedrill
