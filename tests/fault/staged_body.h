#pragma once

#include "tests/fault/http_fault.h"

#include <utility>

namespace firedrill::test {

// A body on its way through the stage that a fault puts there, under a clock that the test moves.
class StagedBody {
 public:
  static constexpr std::uint64_t kKey = 7;

  StagedBody(Exchanged&& exchanged, std::optional<std::uint64_t> length) {
    EXPECT_NE(exchanged.response.edit.stage, nullptr);
    chain_.add(kKey, std::move(exchanged.response.edit.stage));
    if (length) became = chain_.length(length);
    chain_.start(kStart, out);
  }

  void feed(std::string_view payload, Duration after = {}) {
    chain_.feed(as_bytes(payload), kStart + after, out);
  }
  void finish(Duration after = {}) { chain_.finish(kStart + after, out); }
  void end_fault() { chain_.release_holds({}); }

  // The moments at which the pieces so far are due, counted from the start.
  std::vector<Duration> due() const {
    std::vector<Duration> all;
    for (const auto& piece : out.pieces) {
      all.push_back(piece.due == TimePoint{} ? Duration{} : piece.due - kStart);
    }
    return all;
  }
  std::vector<std::string> pieces() const {
    std::vector<std::string> all;
    for (const auto& piece : out.pieces) all.push_back(piece.text);
    return all;
  }

  BodyOutput out;
  std::optional<std::uint64_t> became;  // the length of the body behind the stage

 private:
  BodyChain chain_;
};

}  // namespace firedrill::test
