#pragma once

#include "proxy/codec/event/codec.h"
#include "tests/fault/support.h"

namespace firedrill::test {

// What a fault made of one event.
struct Decided {
  EventVerdict verdict;
  Applied applied;
};

inline Decided decide(std::string_view type, std::string_view with, std::string_view payload,
                      EventVerdict verdict = {}, Rng rng = Rng(1)) {
  const Compiled compiled = compile(type, with);
  EXPECT_NE(compiled.spec, nullptr) << describe(compiled.problems);
  const event::Event event{.raw = {}, .payload = payload, .type = {}, .id = {}};
  const auto codec = event::make_codec("ndjson");
  const Applied applied = compiled.spec->on_event(event, *codec, verdict, rng);
  return {std::move(verdict), applied};
}

}  // namespace firedrill::test
