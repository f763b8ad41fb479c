// dns.drop: a query that nobody answers.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class DnsDrop final : public FaultSpec {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit DnsDrop(const Config&) {}

  void on_query(const dns::Question&, QueryVerdict& verdict, Rng&) const override {
    if (verdict.action == QueryVerdict::Action::forward) {
      verdict.action = QueryVerdict::Action::drop;
    }
  }
};

}  // namespace

extern constinit const FaultType kDnsDrop = fault_type<DnsDrop>({
    .name = "dns.drop",
    .family = Family::dns,
    .summary = "Drops queries, so that they are never answered.",
    .reaches_upstream = "No.",
    .client_sees = "Silence until its own time limit; over TCP the connection stays open.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
