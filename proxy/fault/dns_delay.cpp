// dns.delay: a slow name server, or a slow way to it.

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
        "delay", &Config::delay, "How long each message is held, drawn anew for each.");
    return params;
  }

  explicit DnsDelay(Config config) : config_(std::move(config)) {}

  Applied on_query(const DnsQuerySeen& seen, QueryVerdict& verdict, Rng& rng) const override {
    if (seen.direction != Direction::response) verdict.delay = config_.delay.sample(rng);
    return Applied::yes;
  }
  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng& rng) const override {
    if (seen.direction != Direction::request) verdict.delay = config_.delay.sample(rng);
    return Applied::yes;
  }
  bool sees_reply(Direction direction) const override { return direction != Direction::request; }
  bool waits_for_response(Direction direction) const override {
    return direction == Direction::response;
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kDnsDelay = fault_type<DnsDelay>({
    .name = "dns.delay",
    .family = Family::dns,
    .summary = "Holds queries before they are forwarded or answered (direction request), or their "
               "answers before they are sent, over UDP and TCP.",
    .reaches_upstream = "Yes; late when the direction is request or both.",
    .client_sees = "The same answer, later; queries of the same connection may overtake it.",
    .direction = Direction::response,
    .directed = true,
    .ramps = {"delay"},
});

}  // namespace firedrill
