// tcp.idle_kill: a firewall or load balancer that forgets idle connections.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

#include <algorithm>

namespace firedrill {
namespace {

enum class Kill : std::uint8_t { reset, silent };

}  // namespace

template <>
struct Names<Kill> {
  static constexpr std::pair<std::string_view, Kill> kAll[] = {{"reset", Kill::reset},
                                                               {"silent", Kill::silent}};
};
template <>
struct Kind<Kill> : EnumKind<Kill> {};

namespace {

struct IdleKillConfig {
  Duration after{};
  Kill how = Kill::reset;
};

// One of the two stages of a connection: what passes either keeps both alive.
class IdleKill final : public LinkStage {
 public:
  IdleKill(const IdleKillConfig& config, TimePoint now, Activity& activity)
      : config_(config), activity_(activity) {
    activity_.last = std::max(activity_.last, now);
    alarm_ = later(activity_.last, config_.after);
  }

  void on_segment(Segment segment, const Next& next) override {
    if (dead_) {
      segment.due = kNever;
    } else {
      activity_.last = std::max(activity_.last, segment.due);
    }
    next(std::move(segment));
  }

  TimePoint alarm() const override { return alarm_; }
  void on_alarm(TimePoint now, const Next& next) override {
    const TimePoint idle = later(activity_.last, config_.after);
    alarm_ = idle > now ? idle : kNever;
    if (idle > now) return;
    dead_ = true;
    if (config_.how == Kill::reset) next({.kind = Segment::Kind::reset, .due = now});
  }

 private:
  IdleKillConfig config_;
  Activity& activity_;
  TimePoint alarm_;
  bool dead_ = false;
};

class TcpIdleKill final : public FaultSpec {
 public:
  using Config = IdleKillConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("after", &Config::after,
                      "How long nothing has come from either side, counted from when the fault, or "
                      "an edit of it, reaches the connection at the earliest.",
                      at_least(Duration(1)))
            .optional("how", &Config::how,
                      "reset resets both sides; silent forwards nothing any more and tells nobody. "
                      "What was sent on a silent connection goes on when the fault ends.");
    return params;
  }

  explicit TcpIdleKill(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<IdleKill>(config_, start.now, start.activity);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpIdleKill = fault_type<TcpIdleKill>({
    .name = "tcp.idle_kill",
    .family = Family::tcp,
    .summary = "Kills connections that are idle for too long, as firewalls and balancers do.",
    .reaches_upstream = "Yes, unless the connection has been idle before.",
    .client_sees = "ECONNRESET, or with how silent no answer at all, after an idle time.",
    .direction = Direction::both,
    .directed = false,
});

}  // namespace firedrill
