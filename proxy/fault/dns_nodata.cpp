// dns.nodata: the name exists, but has nothing of the type that is asked for.

#include "proxy/fault/dns_reply.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class DnsNodata final : public FaultSpec {
 public:
  struct Config {
    Duration negative_ttl = std::chrono::seconds(5);
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("negative_ttl", &Config::negative_ttl,
                      "How long clients may keep the answer, in whole seconds: its SOA says so.",
                      between(Duration::zero(), kMostTtl))
            .check("negative_ttl",
                   [](const Config& config) { return wrong_ttl(config.negative_ttl); });
    return params;
  }

  explicit DnsNodata(const Config& config)
      : negative_ttl_(config.negative_ttl), soa_(negative_soa(config.negative_ttl)) {}

  Applied on_query(const DnsQuerySeen&, QueryVerdict& verdict, Rng&) const override {
    return answer(verdict, {.soa = &soa_});
  }

  Duration injected_ttl() const override { return negative_ttl_; }

 private:
  Duration negative_ttl_;
  dns::Record soa_;
};

}  // namespace

extern constinit const FaultType kDnsNodata = fault_type<DnsNodata>({
    .name = "dns.nodata",
    .family = Family::dns,
    .summary = "Answers that the name has no records of the type asked for.",
    .reaches_upstream = "No.",
    .client_sees = "NOERROR without an answer, with a SOA for negative caching.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
