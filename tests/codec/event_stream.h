#pragma once

#include "proxy/codec/event/codec.h"

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::event {

// A piece with its own copy of what it views, for tests to keep and compare.
struct Seen {
  std::string raw;
  bool is_event = false;
  std::string payload = {};
  std::string type = {};
  std::string id = {};
  bool operator==(const Seen&) const = default;
};
using SeenList = std::vector<Seen>;

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  out << (seen.is_event ? "event" : "passthrough") << " raw=[" << seen.raw << "]";
  if (seen.is_event)
    out << " payload=[" << seen.payload << "] type=[" << seen.type << "] id=[" << seen.id << "]";
  return out;
}

inline Seen passed(std::string_view raw) {
  return {.raw = std::string(raw)};
}

inline Seen seen(const Event& event, std::string_view raw) {
  return {.raw = std::string(raw),
          .is_event = true,
          .payload = std::string(event.payload),
          .type = std::string(event.type),
          .id = std::string(event.id)};
}

// Where passthrough is cut says nothing, so neighbours are joined. The raw image of a group stands
// with its first event.
inline void add(SeenList& list, const Piece& piece) {
  std::string_view raw = as_text(raw_of(piece));
  if (const auto* event = std::get_if<Event>(&piece)) {
    list.push_back(seen(*event, raw));
  } else if (const auto* group = std::get_if<Group>(&piece)) {
    for (const Event& each : group->events) list.push_back(seen(each, std::exchange(raw, "")));
  } else if (!list.empty() && !list.back().is_event) {
    list.back().raw += raw;
  } else {
    list.push_back(passed(raw));
  }
}

inline void drain(Codec& codec, SeenList& list) {
  while (const auto piece = codec.next()) add(list, *piece);
}

// Each part lives in a buffer of its own exact size, which is gone before the next is fed.
inline void feed(Codec& codec, std::string_view part, SeenList& list) {
  const ByteView view = as_bytes(part);
  const auto buffer = std::make_unique<Bytes>(view.begin(), view.end());
  codec.feed(*buffer);
  drain(codec, list);
}

// All of a stream that ends with the last part: what is held by then goes on as it is.
inline SeenList decode(Codec& codec, const std::vector<std::string_view>& parts) {
  SeenList list;
  for (const auto part : parts) feed(codec, part, list);
  if (const ByteView held = codec.held(); !held.empty()) add(list, Passthrough{held});
  return list;
}

inline std::string joined(const SeenList& list) {
  std::string all;
  for (const Seen& seen : list) all += seen.raw;
  return all;
}

inline SeenList events_of(const SeenList& list) {
  SeenList events;
  for (const Seen& seen : list) {
    if (seen.is_event) events.push_back(seen);
  }
  return events;
}

}  // namespace firedrill::event
