// dns.delay: a slow name server, or a slow way to it.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class DnsDelay final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay, "How long each query is held, drawn anew for each.");
    return params;
  }

  explicit DnsDelay(Config config) : config_(std::move(config)) {}

  void on_query(const dns::Question&, QueryVerdict& verdict, Rng& rng) const override {
    verdict.delay = add_delays(verdict.delay, config_.delay.sample(rng));
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kDnsDelay = fault_type<DnsDelay>({
    .name = "dns.delay",
    .family = Family::dns,
    .summary = "Holds queries, over UDP and TCP, before they are forwarded or answered.",
    .reaches_upstream = "Yes, late.",
    .client_sees = "The same answer, later; queries of the same connection may overtake it.",
    .direction = Direction::response,
    .directed = false,
    .ramps = {"delay"},
});

}  // namespace firedrill
