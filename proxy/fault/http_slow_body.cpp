// http.slow_body: a response that dribbles in.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <algorithm>
#include <chrono>

namespace firedrill {
namespace {

// A body of known length goes on in pieces as equal as can be, the last of which is due at the end
// of the time. Of unknown length, each piece that arrives keeps its distance from the one before.
class Dribble final : public BodyStage {
 public:
  Dribble(std::uint32_t chunks, Duration over) : chunks_(chunks), over_(over) {}

  std::optional<std::uint64_t> length(std::optional<std::uint64_t> length) override {
    length_ = length.value_or(0);
    if (length_ > 0) pieces_ = std::min<std::uint64_t>(chunks_, length_);
    return length;
  }

  void on_start(TimePoint now, const BodyNext&) override { latest_ = start_ = now; }

  void on_payload(ByteView payload, TimePoint now, const BodyNext& next) override {
    if (pieces_ == 0) {
      latest_ = std::max(now, later(latest_, over_ / chunks_));
      return next.payload(payload, latest_);
    }
    while (!payload.empty()) {
      const std::uint64_t left = end_of_piece() - sent_;
      const auto part = payload.first(std::min<std::uint64_t>(left, payload.size()));
      next.payload(part, later(start_, over_ * piece_ / pieces_));
      payload = payload.subspan(part.size());
      sent_ += part.size();
      if (part.size() == left) ++piece_;
    }
  }

 private:
  // How many bytes the present piece and those before it have.
  std::uint64_t end_of_piece() const {
    return length_ / pieces_ * piece_ + std::min(length_ % pieces_, piece_);
  }

  std::uint32_t chunks_;
  Duration over_;
  std::uint64_t length_ = 0;
  std::uint64_t pieces_ = 0;  // of a body of known length
  std::uint64_t piece_ = 1;   // the present one
  std::uint64_t sent_ = 0;
  TimePoint start_{};
  TimePoint latest_{};  // when the last piece was due, in a body of unknown length
};

class HttpSlowBody final : public FaultSpec {
 public:
  struct Config {
    std::uint32_t chunks = 10;
    Duration over{};
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("over", &Config::over, "How long the body takes.",
                      between<Duration>(std::chrono::milliseconds(1), std::chrono::hours(24)))
            .optional("chunks", &Config::chunks,
                      "In how many equal pieces it comes. Where the length is not known "
                      "beforehand, the pieces stay as they arrive, and each comes over/chunks "
                      "after the one before.",
                      between(std::uint32_t{1}, std::uint32_t{10'000}));
    return params;
  }

  explicit HttpSlowBody(Config config) : config_(config) {}

  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict, Rng&) const override {
    if (!response.has_body) return Applied::no;
    verdict.edit.stage = std::make_unique<Dribble>(config_.chunks, config_.over);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return true; }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpSlowBody = fault_type<HttpSlowBody>({
    .name = "http.slow_body",
    .family = Family::http,
    .summary = "Dribbles the response's body in pieces over a time.",
    .reaches_upstream = "Yes.",
    .client_sees = "The head at once, then the whole body in pieces, the last at the end of the "
                   "time.",
    .direction = Direction::response,
    .directed = false,
    .ramps = {"over"},
});

}  // namespace firedrill
