#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/link.h"
#include "proxy/fault/registry.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::test {

using namespace std::chrono_literals;

// The moment at which every test starts; a clock that tests move by adding to it.
inline constexpr TimePoint kStart{std::chrono::hours(1000)};

struct Compiled {
  FaultSpecPtr spec;
  Problems problems;
};

// The fault `type` as `with` (JSON) configures it.
inline Compiled compile(std::string_view type, std::string_view with) {
  Compiled compiled;
  const FaultType* found = find_fault_type(type);
  if (found == nullptr) return compiled;
  const Value value = from_json(boost::json::parse(with));
  Fields fields(value, "with", compiled.problems);
  compiled.spec = found->compile(fields);
  fields.finish();
  return compiled;
}

// Why `with` is refused; "" when it is not.
inline std::string refusal(std::string_view type, std::string_view with) {
  return describe(compile(type, with).problems);
}

inline std::unique_ptr<LinkStage> stage(std::string_view type, std::string_view with,
                                        TimePoint now = kStart, Rng rng = Rng(1)) {
  static Activity unshared;
  const Compiled compiled = compile(type, with);
  EXPECT_NE(compiled.spec, nullptr) << describe(compiled.problems);
  return compiled.spec->make_stage(
      {.now = now, .rng = rng, .side = Direction::response, .activity = unshared});
}

// A plan of one new stage.
inline std::vector<StagePlan> plan(std::uint64_t key, std::unique_ptr<LinkStage> made) {
  std::vector<StagePlan> plans;
  plans.push_back({.key = key, .stage = std::move(made)});
  return plans;
}

// A plan in which a new stage takes the place of another after an edit.
inline std::vector<StagePlan> plan_edited(std::uint64_t key, std::uint64_t replaces,
                                          std::unique_ptr<LinkStage> made) {
  std::vector<StagePlan> plans;
  plans.push_back({.key = key, .stage = std::move(made), .replaces = replaces});
  return plans;
}

// Takes everything that may be written now.
inline std::string take(Link& link) {
  std::string taken;
  for (ByteView ready = link.ready(); !ready.empty(); ready = link.ready()) {
    taken += as_text(ready);
    link.consume(ready.size());
  }
  return taken;
}

// What may be written at `now`.
inline std::string at(Link& link, TimePoint now) {
  link.advance(now);
  return take(link);
}

}  // namespace firedrill::test
