// dns.drop: a query that nobody answers.

#include "proxy/fault/fault.h"
#include "proxy/fault/reach.h"

namespace firedrill {
namespace {

class DnsDrop final : public FaultSpec {
 public:
  struct Config {
    Reach reach = Reach::none;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "reach", &Config::reach, "upstream: it is asked, and what it answers is dropped.");
    return params;
  }

  explicit DnsDrop(const Config& config) : reach_(config.reach) {}

  Applied on_query(const DnsQuerySeen&, QueryVerdict& verdict, Rng&) const override {
    if (reach_ == Reach::none) verdict.action = QueryVerdict::Action::drop;
    return Applied::yes;
  }
  Applied on_reply(const DnsReplySeen&, ReplyVerdict& verdict, Rng&) const override {
    verdict.dropped = true;
    return Applied::yes;
  }
  bool sees_reply(Direction) const override { return reach_ == Reach::upstream; }
  bool waits_for_response(Direction) const override { return reach_ == Reach::upstream; }

 private:
  Reach reach_;
};

}  // namespace

extern constinit const FaultType kDnsDrop = fault_type<DnsDrop>({
    .name = "dns.drop",
    .family = Family::dns,
    .summary = "Drops queries, so that they are never answered.",
    .reaches_upstream = "No, unless reach is upstream.",
    .client_sees = "Silence until its own time limit; over TCP the connection stays open.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
