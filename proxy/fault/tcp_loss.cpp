// tcp.loss: what lost packets look like above TCP.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <algorithm>

namespace firedrill {
namespace {

enum class LossModel : std::uint8_t { bernoulli, gilbert_elliott };

}  // namespace

template <>
struct Names<LossModel> {
  static constexpr std::pair<std::string_view, LossModel> kAll[] = {
      {"bernoulli", LossModel::bernoulli}, {"gilbert_elliott", LossModel::gilbert_elliott}};
};
template <>
struct Kind<LossModel> : EnumKind<LossModel> {};

namespace {

struct LossConfig {
  Fraction rate;
  LossModel model = LossModel::bernoulli;
  std::optional<Fraction> enter;
  std::optional<Fraction> leave;
  Fraction good_rate{0};
  ByteSize mss{1460};
  Duration rto = std::chrono::milliseconds(200);
  Duration max_rto = std::chrono::minutes(2);
};

// A packet that is lost is sent again after a timeout, which doubles as long as that gets lost as
// well; until it has come through, nothing behind it can be delivered.
class Loss final : public LinkStage {
 public:
  Loss(const LossConfig& config, Rng rng) : config_(config), rng_(rng) {}

  void on_segment(Segment segment, const Next& next) override {
    TimePoint due = std::max(segment.due, clear_at_);
    std::size_t begin = 0;  // of what has not been handed on
    for (std::size_t at = 0; at < segment.bytes.size(); at += config_.mss.bytes) {
      // What is never delivered keeps everything behind it.
      if (due - segment.due >= kLongestDelay) break;
      const Duration stall = draw_stall();
      if (stall == Duration::zero()) continue;
      if (at > begin) next({.bytes = part(segment.bytes, begin, at), .due = due});
      due = clear_at_ = later(due, stall);
      begin = at;
    }
    if (begin > 0) segment.bytes = part(segment.bytes, begin, segment.bytes.size());
    segment.due = due;
    next(std::move(segment));
  }

 private:
  static Bytes part(const Bytes& bytes, std::size_t begin, std::size_t end) {
    const ByteView view = ByteView(bytes).subspan(begin, end - begin);
    return Bytes(view.begin(), view.end());
  }

  // Until a packet has come through; zero when it does so at once.
  Duration draw_stall() {
    Duration stall{};
    Duration timeout = config_.rto;
    while (is_lost() && stall < kLongestDelay) {
      stall = add_delays(stall, timeout);
      timeout = std::min(add_delays(timeout, timeout), config_.max_rto);
    }
    return stall;
  }

  bool is_lost() {
    if (config_.model == LossModel::bernoulli) return rng_.unit() < config_.rate.value;
    const double change = (bad_ ? config_.leave : config_.enter)->value;
    if (rng_.unit() < change) bad_ = !bad_;
    return rng_.unit() < (bad_ ? config_.rate : config_.good_rate).value;
  }

  LossConfig config_;
  Rng rng_;
  TimePoint clear_at_{};  // when the last lost packet has come through
  bool bad_ = false;      // gilbert_elliott: within a burst of losses
};

class TcpLoss final : public FaultSpec {
 public:
  using Config = LossConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("rate", &Config::rate,
                      "The share of packets that is lost; with gilbert_elliott, within a burst.")
            .optional("model", &Config::model,
                      "bernoulli loses each packet with the same chance; gilbert_elliott loses "
                      "them in bursts.")
            .optional("enter", &Config::enter,
                      "gilbert_elliott: the chance at each packet that a burst begins; required.")
            .optional("leave", &Config::leave,
                      "gilbert_elliott: the chance at each packet that a burst ends; required. A "
                      "burst has 1/leave packets on average.")
            .optional("good_rate", &Config::good_rate,
                      "gilbert_elliott: the share of packets that is lost between bursts.")
            .optional(
                "mss", &Config::mss,
                "How many bytes a packet has at most; each chunk that was read at once begins "
                "a new one.",
                at_least(ByteSize{1}))
            .optional("rto", &Config::rto,
                      "The retransmission timeout: how long everything behind a lost packet waits. "
                      "It doubles each time that the packet is lost again.",
                      at_least(Duration(std::chrono::milliseconds(1))))
            .optional("max_rto", &Config::max_rto, "What the timeout grows to at most.")
            .check("max_rto",
                   [](const Config& config) {
                     return config.max_rto < config.rto ? "must be at least rto" : "";
                   })
            .check("model", [](const Config& config) { return wrong_with_model(config); });
    return params;
  }

  explicit TcpLoss(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Loss>(config_, start.rng);
  }

 private:
  static std::string wrong_with_model(const Config& config) {
    if (config.model == LossModel::gilbert_elliott)
      return config.enter && config.leave ? "" : "gilbert_elliott needs enter and leave";
    const bool bursts = config.enter || config.leave || config.good_rate.value > 0;
    return bursts ? "must be gilbert_elliott for enter, leave or good_rate" : "";
  }

  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpLoss = fault_type<TcpLoss>({
    .name = "tcp.loss",
    .family = Family::tcp,
    .summary =
        "What packet loss looks like above TCP: each lost packet holds up everything behind it for "
        "a retransmission timeout. No byte is lost.",
    .reaches_upstream = "Yes, with hold-ups when the direction is request or both.",
    .client_sees = "Every byte, after hold-ups of the timeout and its doubles.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
