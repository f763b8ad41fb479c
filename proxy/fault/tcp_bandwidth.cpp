// tcp.bandwidth: a link of finite speed.

#include "proxy/fault/airtime.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/pace.h"

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

using Nanoseconds = std::chrono::duration<double, Duration::period>;

// Hands `segment` to `send` in pieces of the size that `rate` asks for; the last keeps its kind.
template <class Send>
void cut_into_pieces(Segment segment, Rate rate, Send send) {
  const std::size_t piece = Pace(rate).piece_of(segment.bytes.size());
  ByteView rest = segment.bytes;
  for (; rest.size() > piece; rest = rest.subspan(piece)) {
    const ByteView head = rest.first(piece);
    send(Segment{.kind = segment.kind, .bytes = Bytes(head.begin(), head.end())});
  }
  segment.bytes.erase(segment.bytes.begin(),
                      segment.bytes.end() - static_cast<std::ptrdiff_t>(rest.size()));
  send(std::move(segment));
}

// A link of its own.
class Bandwidth final : public LinkStage {
 public:
  explicit Bandwidth(Rate rate) : rate_(rate), pace_(rate) {}

  void on_segment(Segment segment, const Next& next) override {
    const TimePoint now = segment.due;
    cut_into_pieces(std::move(segment), rate_, [&](Segment piece) {
      piece.due = pace_.leaves(piece.bytes.size(), now);
      next(std::move(piece));
    });
  }

 private:
  Rate rate_;
  Pace pace_;
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

  // The piece in front has its part of the airtime already.
  void adopt(LinkStage& before) override {
    if (const auto* shared = dynamic_cast<SharedBandwidth*>(&before)) alarm_ = shared->alarm_;
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
            .check("rate", [](const Config& config) { return wrong_speed(config.rate); });
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
    .ramps = {"rate"},
});

}  // namespace firedrill
