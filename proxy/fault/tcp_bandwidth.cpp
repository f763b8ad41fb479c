// tcp.bandwidth: a link of finite speed.

#include "proxy/fault/fault.h"

#include <algorithm>
#include <chrono>

namespace firedrill {
namespace {

// The flow is smooth: bytes leave in pieces of at most this airtime. A piece is also no less than a
// kPieces-th of its segment, so that a very slow link is not a very long queue.
constexpr std::chrono::duration<double> kSlice = std::chrono::milliseconds(10);
constexpr std::size_t kPieces = 1024;

// The link is busy until the last byte given to it has left. Within one busy period every due time
// is counted from its start, so that rounding does not add up.
class Bandwidth final : public LinkStage {
 public:
  explicit Bandwidth(Rate rate)
      : rate_(rate.bytes_per_second),
        slice_(std::max(1.0, std::min(1e9, rate_ * kSlice.count()))) {}

  void on_segment(Segment segment, const Next& next) override {
    if (segment.due > busy_until_) {
      busy_since_ = busy_until_ = segment.due;
      sent_ = 0;
    }
    const std::size_t size = segment.bytes.size();
    const std::size_t piece =
        std::max(static_cast<std::size_t>(slice_), (size + kPieces - 1) / kPieces);
    ByteView rest = segment.bytes;
    for (; rest.size() > piece; rest = rest.subspan(piece)) {
      const ByteView head = rest.first(piece);
      next({.kind = segment.kind, .bytes = Bytes(head.begin(), head.end()), .due = leaves(piece)});
    }
    const std::size_t last = rest.size();
    segment.bytes.erase(segment.bytes.begin(),
                        segment.bytes.end() - static_cast<std::ptrdiff_t>(last));
    segment.due = leaves(last);
    next(std::move(segment));
  }

 private:
  // When the next `bytes` have left.
  TimePoint leaves(std::size_t bytes) {
    sent_ += static_cast<double>(bytes);
    const std::chrono::duration<double, Duration::period> airtime(sent_ / rate_ * 1e9);
    const bool endless = airtime >= kNever - busy_since_;
    busy_until_ = endless ? kNever : busy_since_ + std::chrono::ceil<Duration>(airtime);
    return busy_until_;
  }

  double rate_;
  double slice_;
  TimePoint busy_since_{};
  TimePoint busy_until_{};
  double sent_ = 0;  // bytes, since busy_since_
};

class TcpBandwidth final : public FaultSpec {
 public:
  struct Config {
    Rate rate;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("rate", &Config::rate,
                      "The speed of each connection in each direction that the fault acts on.")
            .check("rate", [](const Config& config) {
              return config.rate.bytes_per_second < 1
                         ? "must be at least 1B/s; tcp.blackhole stops all traffic"
                         : "";
            });
    return params;
  }

  explicit TcpBandwidth(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(TimePoint, Rng) const override {
    return std::make_unique<Bandwidth>(config_.rate);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpBandwidth = fault_type<TcpBandwidth>({
    .name = "tcp.bandwidth",
    .family = Family::tcp,
    .summary = "Caps the rate of a connection, as a slow link does.",
    .reaches_upstream = "Yes, slowly when the direction is request or both.",
    .client_sees = "Every byte, at no more than the rate.",
    .direction = Direction::response,
    .directed = true,
    .ramps = {"rate"},
});

}  // namespace firedrill
