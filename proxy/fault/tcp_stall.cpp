// tcp.stall: nothing moves for a while.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

struct StallConfig {
  Duration length{};
  Duration after{};
  std::optional<ByteSize> bytes;
  std::optional<Duration> every;
};

// What arrives within a stall leaves at its end.
class Stall final : public LinkStage {
 public:
  Stall(const StallConfig& config, TimePoint now) : config_(config) {
    if (!config_.bytes) begin_ = later(now, config_.after);
  }

  void on_segment(Segment segment, const Next& next) override {
    if (begin_ == kNever && config_.bytes && segment.kind == Segment::Kind::data) {
      const std::uint64_t left = config_.bytes->bytes - passed_;
      const std::size_t size = segment.bytes.size();
      if (size >= left) {
        begin_ = segment.due;
        const auto cut = segment.bytes.begin() + static_cast<std::ptrdiff_t>(left);
        next({.bytes = Bytes(segment.bytes.begin(), cut), .due = segment.due});
        segment.bytes.erase(segment.bytes.begin(), cut);
      }
      passed_ += size;
    }
    segment.due = free_at(segment.due);
    next(std::move(segment));
  }

 private:
  TimePoint free_at(TimePoint now) const {
    if (now < begin_) return now;
    const Duration since = now - begin_;
    const Duration within = config_.every ? since % *config_.every : since;
    return within < config_.length ? later(now, config_.length - within) : now;
  }

  StallConfig config_;
  TimePoint begin_ = kNever;  // of the first stall
  std::uint64_t passed_ = 0;
};

class TcpStall final : public FaultSpec {
 public:
  using Config = StallConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("for", &Config::length, "How long a stall lasts.", at_least(Duration(1)))
            .optional("after", &Config::after,
                      "When the first stall begins, counted from when the fault, or an edit of it, "
                      "reaches the connection; at once by default.")
            .optional("bytes", &Config::bytes,
                      "Instead of `after`: the first stall begins behind so many bytes of the "
                      "fault's direction.")
            .optional("every", &Config::every,
                      "From the beginning of one stall to that of the next, more than `for`; "
                      "without it there is only one.")
            .check("every",
                   [](const Config& config) {
                     return config.every && *config.every <= config.length ? "must be more than for"
                                                                           : "";
                   })
            .check("bytes", [](const Config& config) {
              return config.bytes && config.after > Duration::zero() ? "can't be given with after"
                                                                     : "";
            });
    return params;
  }

  explicit TcpStall(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Stall>(config_, start.now);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpStall = fault_type<TcpStall>({
    .name = "tcp.stall",
    .family = Family::tcp,
    .summary =
        "Stops moving bytes for a while, once or again and again; the connection stays open.",
    .reaches_upstream = "Yes, in fits and starts when the direction is request or both.",
    .client_sees = "Every byte; those that came within a stall, all together at its end.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
