// tcp.connect_delay: a connection that takes long to be made.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class TcpConnectDelay final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay,
        "How long a connection that has been accepted waits before it is made to the upstream.");
    return params;
  }

  explicit TcpConnectDelay(Config config) : config_(std::move(config)) {}

  void on_accept(AcceptVerdict& verdict, Rng& rng) const override {
    verdict.delay = add_delays(verdict.delay, config_.delay.sample(rng));
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpConnectDelay = fault_type<TcpConnectDelay>({
    .name = "tcp.connect_delay",
    .family = Family::tcp,
    .summary = "Delays the set-up of new connections; those that are open are left alone.",
    .reaches_upstream = "Yes, late.",
    .client_sees =
        "A connection that is established at once, by the system, and on which nothing happens "
        "until the delay is over.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
