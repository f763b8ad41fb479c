// dns.rcode, dns.nxdomain, dns.servfail and dns.refused: an error instead of an answer.

#include "proxy/fault/dns_reply.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/rcode_kind.h"

#include <optional>

namespace firedrill {
namespace {

// What all of them take; the code itself is configured for dns.rcode alone.
struct ErrorConfig {
  dns::Rcode rcode = dns::Rcode::server_failure;
  Duration negative_ttl = std::chrono::seconds(5);
  std::optional<std::uint16_t> extended_error;
};

Params<ErrorConfig> error_params() {
  return Params<ErrorConfig>()
      .optional("negative_ttl", &ErrorConfig::negative_ttl,
                "How long clients may keep the answer, in whole seconds: the SOA of NXDOMAIN says "
                "so. Other codes are not kept.",
                between(Duration::zero(), kMostTtl))
      .optional("extended_error", &ErrorConfig::extended_error,
                "An extended error code (RFC 8914), sent to clients that speak EDNS.")
      .check("negative_ttl",
             [](const ErrorConfig& config) { return wrong_ttl(config.negative_ttl); });
}

class DnsError : public FaultSpec {
 public:
  DnsError(dns::Rcode rcode, const ErrorConfig& config)
      : rcode_(rcode),
        negative_ttl_(config.negative_ttl),
        extended_error_(config.extended_error),
        soa_(negative_soa(config.negative_ttl)) {}

  Applied on_query(const DnsQuerySeen&, QueryVerdict& verdict, Rng&) const override {
    return answer(
        verdict,
        {.rcode = rcode_, .soa = is_kept() ? &soa_ : nullptr, .extended_error = extended_error_});
  }
  Duration injected_ttl() const override { return is_kept() ? negative_ttl_ : Duration::zero(); }

 private:
  bool is_kept() const { return rcode_ == dns::Rcode::name_error; }

  dns::Rcode rcode_;
  Duration negative_ttl_;
  std::optional<std::uint16_t> extended_error_;
  dns::Record soa_;
};

class DnsRcode final : public DnsError {
 public:
  using Config = ErrorConfig;
  static const Params<Config>& params() {
    static const auto params = error_params().required(
        "rcode", &Config::rcode, "The response code, by its name (YXDOMAIN) or as RCODE17.");
    return params;
  }
  explicit DnsRcode(const Config& config) : DnsError(config.rcode, config) {}
};

// The short forms.
template <dns::Rcode rcode>
class DnsOneRcode final : public DnsError {
 public:
  using Config = ErrorConfig;
  static const Params<Config>& params() {
    static const auto params = error_params();
    return params;
  }
  explicit DnsOneRcode(const Config& config) : DnsError(rcode, config) {}
};

}  // namespace

extern constinit const FaultType kDnsRcode = fault_type<DnsRcode>({
    .name = "dns.rcode",
    .family = Family::dns,
    .summary = "Answers queries with a response code and no records.",
    .reaches_upstream = "No.",
    .client_sees = "The response code.",
    .direction = Direction::response,
    .directed = false,
});

extern constinit const FaultType kDnsNxdomain = fault_type<DnsOneRcode<dns::Rcode::name_error>>({
    .name = "dns.nxdomain",
    .family = Family::dns,
    .summary = "Answers that the name does not exist.",
    .reaches_upstream = "No.",
    .client_sees = "NXDOMAIN, with a SOA for negative caching.",
    .direction = Direction::response,
    .directed = false,
});

extern constinit const FaultType kDnsServfail =
    fault_type<DnsOneRcode<dns::Rcode::server_failure>>({
        .name = "dns.servfail",
        .family = Family::dns,
        .summary = "Answers that the server has failed.",
        .reaches_upstream = "No.",
        .client_sees = "SERVFAIL; most clients try again, or the next server.",
        .direction = Direction::response,
        .directed = false,
    });

extern constinit const FaultType kDnsRefused = fault_type<DnsOneRcode<dns::Rcode::refused>>({
    .name = "dns.refused",
    .family = Family::dns,
    .summary = "Answers that the server does not serve this client.",
    .reaches_upstream = "No.",
    .client_sees = "REFUSED; most clients try the next server.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
