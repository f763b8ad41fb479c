// dns.lame: a server that does not know the zone which it was delegated.

#include "proxy/fault/dns_reply.h"

namespace firedrill {
namespace {

class DnsLame final : public FaultSpec {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit DnsLame(const Config&) {}

  Applied on_query(const DnsQuerySeen&, QueryVerdict& verdict, Rng&) const override {
    return answer(verdict, {.recursion = false});
  }
};

}  // namespace

extern constinit const FaultType kDnsLame = fault_type<DnsLame>({
    .name = "dns.lame",
    .family = Family::dns,
    .summary = "Answers as a server does that was delegated a zone and does not have it.",
    .reaches_upstream = "No.",
    .client_sees = "NOERROR without records, neither authoritative nor with recursion; some "
                   "clients try the next server, others take it for NODATA.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
