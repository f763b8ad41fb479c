// tcp.slice: many small writes instead of a large one.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <algorithm>

namespace firedrill {
namespace {

struct SliceConfig {
  ByteSize size;
  ByteSize variation{0};
  Distribution delay;
};

// Each piece is followed by a pause, in which nothing leaves.
class Slice final : public LinkStage {
 public:
  Slice(const SliceConfig& config, Rng rng) : config_(config), rng_(rng) {}

  void on_segment(Segment segment, const Next& next) override {
    if (segment.kind != Segment::Kind::data) return next(std::move(segment));
    for (ByteView rest = segment.bytes; !rest.empty();) {
      const ByteView piece = rest.first(std::min(rest.size(), draw_size()));
      rest = rest.subspan(piece.size());
      const TimePoint due = std::max(segment.due, free_at_);
      free_at_ = later(due, config_.delay.sample(rng_));
      next({.bytes = Bytes(piece.begin(), piece.end()), .due = due});
    }
  }

 private:
  std::size_t draw_size() {
    const auto size = static_cast<std::int64_t>(config_.size.bytes);
    const auto variation = static_cast<std::int64_t>(config_.variation.bytes);
    if (variation == 0) return config_.size.bytes;
    return static_cast<std::size_t>(rng_.between(size - variation, size + variation));
  }

  SliceConfig config_;
  Rng rng_;
  TimePoint free_at_{};
};

class TcpSlice final : public FaultSpec {
 public:
  using Config = SliceConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("size", &Config::size, "The average size of a piece.", at_least(ByteSize{1}))
            .optional("variation", &Config::variation,
                      "How far the size of a piece may be from the average, either way; less than "
                      "`size`.")
            .optional("delay", &Config::delay, "The pause after each piece, drawn anew for each.")
            .check("variation", [](const Config& config) {
              return config.variation < config.size ? "" : "must be less than size";
            });
    return params;
  }

  explicit TcpSlice(Config config) : config_(std::move(config)) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Slice>(config_, start.rng);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpSlice = fault_type<TcpSlice>({
    .name = "tcp.slice",
    .family = Family::tcp,
    .summary = "Splits bytes into small writes with a pause after each.",
    .reaches_upstream = "Yes, in pieces when the direction is request or both.",
    .client_sees = "Every byte, in pieces: a read gives less than a whole message.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
