#pragma once

#include "proxy/codec/event/codec.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::event {

// Ends the run of a fuzz target, so that its input is kept.
inline void require(bool truth) {
  if (!truth) std::abort();
}

using Payloads = std::vector<std::string>;

// Decodes `stream` cut into parts of the sizes that `cuts` gives, over and over, each in a buffer
// of its own. Checks that the pieces are the stream, and returns the payloads of its events.
inline Payloads decode_parts(Codec& codec, std::string_view stream, std::string_view cuts) {
  Payloads payloads;
  std::string out;
  const auto drain = [&] {
    while (const auto piece = codec.next()) {
      require(!raw_of(*piece).empty());
      out += as_text(raw_of(*piece));
      if (const auto* event = std::get_if<Event>(&*piece)) payloads.emplace_back(event->payload);
      if (const auto* group = std::get_if<Group>(&*piece)) {
        for (const Event& event : group->events) payloads.emplace_back(event.payload);
      }
    }
  };
  std::size_t turn = 0;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t size =
        cuts.empty() ? stream.size() : static_cast<unsigned char>(cuts[turn++ % cuts.size()]) + 1u;
    const ByteView part = as_bytes(stream.substr(at, size));
    const Bytes buffer(part.begin(), part.end());
    at += part.size();
    codec.feed(buffer);
    drain();
  }
  out += as_text(codec.held());
  require(out == stream);
  return payloads;
}

// What every codec promises. The first byte of the input says how many of the next are cuts, the
// one after them bounds the events, and the rest is the stream. `base` has the codec's own options.
inline void check_codec(std::string_view name, std::string_view input, const Options& base = {}) {
  if (input.size() < 2) return;
  const std::string_view cuts = input.substr(1, static_cast<unsigned char>(input[0]) % 8);
  if (input.size() < cuts.size() + 2) return;
  const std::size_t bound = static_cast<unsigned char>(input[cuts.size() + 1]) * 4u;
  const std::string_view stream = input.substr(cuts.size() + 2);

  Options options = base;
  options.max_event_bytes = bound;
  const auto whole = make_codec(name, options);
  const auto parts = make_codec(name, options);
  const Payloads payloads = decode_parts(*whole, stream, "");
  require(decode_parts(*parts, stream, cuts) == payloads);
  require(whole->oversized() == parts->oversized());
  require(whole->failed() == parts->failed());

  // Writing an event's own payload into it changes nothing that a reader sees.
  const auto codec = make_codec(name, base);
  std::string again;
  Payloads before;
  const auto rewrite = [&] {
    while (const auto piece = codec->next()) {
      if (const auto* event = std::get_if<Event>(&*piece)) {
        again += as_text(codec->encode(*event, event->payload));
        before.emplace_back(event->payload);
      } else if (const auto* group = std::get_if<Group>(&*piece)) {
        std::vector<Outcome> outcomes;
        for (const Event& each : group->events) {
          outcomes.push_back({codec->encode(each, each.payload)});
          before.emplace_back(each.payload);
        }
        again += as_text(codec->encode_group(*group, outcomes));
      } else {
        again += as_text(raw_of(*piece));
      }
    }
  };
  codec->feed(as_bytes(stream));
  rewrite();
  again += as_text(codec->held());
  const auto reader = make_codec(name, base);
  require(decode_parts(*reader, again, "") == before);
}

}  // namespace firedrill::event
