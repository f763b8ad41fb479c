// tcp.bandwidth: a link of finite speed.

#include "proxy/fault/airtime.h"
#include "proxy/fault/fault.h"

#include <algorithm>
#include <chrono>
#include <memory>

namespace firedrill {
namespace {

enum class Scope : std::uint8_t { connection, proxy };

}  // namespace

template <>
struct Names<Scope> {
  static constexpr std::pair<std::string_view, Scope> kAll[] = {{"connection", Scope::connection},
                                                                {"proxy", Scope::proxy}};
};
template <>
struct Kind<Scope> : EnumKind<Scope> {};

namespace {

using Seconds = std::chrono::duration<double>;
using Nanoseconds = std::chrono::duration<double, Duration::period>;

// The flow is smooth: bytes leave in pieces of at most this airtime. A piece is also no less than a
// kPieces-th of its segment, so that a very slow link is not a very long queue.
constexpr Seconds kSlice = std::chrono::milliseconds(10);
constexpr std::size_t kPieces = 1024;

// Hands `segment` to `send` in pieces of the size that `rate` asks for; the last keeps its kind.
template <class Send>
void cut_into_pieces(Segment segment, Rate rate, Send send) {
  const double slice = std::clamp(rate.bytes_per_second * kSlice.count(), 1.0, 1e9);
  const std::size_t size = segment.bytes.size();
  const std::size_t piece =
      std::max(static_cast<std::size_t>(slice), (size + kPieces - 1) / kPieces);
  ByteView rest = segment.bytes;
  for (; rest.size() > piece; rest = rest.subspan(piece)) {
    const ByteView head = rest.first(piece);
    send(Segment{.kind = segment.kind, .bytes = Bytes(head.begin(), head.end())});
  }
  segment.bytes.erase(segment.bytes.begin(),
                      segment.bytes.end() - static_cast<std::ptrdiff_t>(rest.size()));
  send(std::move(segment));
}

// A link of its own: busy until the last byte given to it has left. Within one busy period every
// due time is counted from its start, so that rounding does not add up.
class Bandwidth final : public LinkStage {
 public:
  explicit Bandwidth(Rate rate) : rate_(rate) {}

  void on_segment(Segment segment, const Next& next) override {
    if (segment.due > busy_until_) {
      busy_since_ = busy_until_ = segment.due;
      sent_ = 0;
    }
    cut_into_pieces(std::move(segment), rate_, [&](Segment piece) {
      piece.due = leaves(piece.bytes.size());
      next(std::move(piece));
    });
  }

 private:
  // When the next `bytes` have left.
  TimePoint leaves(std::size_t bytes) {
    if (rate_.bytes_per_second <= 0) return busy_until_ = kNever;
    sent_ += static_cast<double>(bytes);
    const Nanoseconds airtime(sent_ / rate_.bytes_per_second * 1e9);
    const bool endless = airtime >= kNever - busy_since_;
    busy_until_ = endless ? kNever : busy_since_ + std::chrono::ceil<Duration>(airtime);
    return busy_until_;
  }

  Rate rate_;
  TimePoint busy_since_{};
  TimePoint busy_until_{};
  double sent_ = 0;  // bytes, since busy_since_
};

// One of many links that share an airtime. Only the piece in front has reserved its part of it, so
// that the links take turns, and one that ends leaves no gap of more than a piece.
class SharedBandwidth final : public LinkStage {
 public:
  SharedBandwidth(Rate rate, std::shared_ptr<Airtime> airtime)
      : rate_(rate), airtime_(std::move(airtime)) {}

  void on_segment(Segment segment, const Next& next) override {
    const TimePoint now = segment.due;
    cut_into_pieces(std::move(segment), rate_, [&](Segment piece) {
      piece.due = kNever;
      next(std::move(piece));
    });
    if (alarm_ == kNever) reserve(now, next);
  }

  TimePoint alarm() const override { return alarm_; }
  void on_alarm(TimePoint now, const Next& next) override {
    next.release();
    reserve(now, next);
  }

 private:
  // For the piece in front; an ending takes no airtime.
  void reserve(TimePoint now, const Next& next) {
    alarm_ = kNever;
    if (rate_.bytes_per_second <= 0) return;
    while (next.waiting() == 0u) next.release();
    const auto size = next.waiting();
    if (!size) return;
    const Nanoseconds length(static_cast<double>(*size) / rate_.bytes_per_second * 1e9);
    alarm_ = airtime_->reserve(std::chrono::ceil<Duration>(length), now);
  }

  Rate rate_;
  std::shared_ptr<Airtime> airtime_;  // may outlive its fault, for as long as an edit takes
  TimePoint alarm_ = kNever;          // when the piece in front has left
};

class TcpBandwidth final : public FaultSpec {
 public:
  struct Config {
    Rate rate;
    Scope scope = Scope::connection;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("rate", &Config::rate,
                      "The speed of each direction that the fault acts on. With 0B/s everything is "
                      "held until the fault ends or is edited.")
            .optional("scope", &Config::scope,
                      "What has this speed: each connection by itself, or the proxy, which all "
                      "connections of it share; with several proxies, all of them share it.")
            .check("rate", [](const Config& config) {
              const double rate = config.rate.bytes_per_second;
              return rate != 0 && rate < 1 ? "must be 0B/s or at least 1B/s" : "";
            });
    return params;
  }

  explicit TcpBandwidth(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    if (config_.scope == Scope::connection) return std::make_unique<Bandwidth>(config_.rate);
    const auto& airtime = start.side == Direction::request ? request_ : response_;
    return std::make_unique<SharedBandwidth>(config_.rate, airtime);
  }

 private:
  Config config_;
  std::shared_ptr<Airtime> request_ = std::make_shared<Airtime>();  // for scope proxy
  std::shared_ptr<Airtime> response_ = std::make_shared<Airtime>();
};

}  // namespace

extern constinit const FaultType kTcpBandwidth = fault_type<TcpBandwidth>({
    .name = "tcp.bandwidth",
    .family = Family::tcp,
    .summary = "Caps the rate of a connection, or of a whole proxy, as a slow link does.",
    .reaches_upstream = "Yes, slowly when the direction is request or both.",
    .client_sees = "Every byte, at no more than the rate.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
