// dns.family: trouble with the addresses of one family only.

#include "proxy/codec/dns/message.h"
#include "proxy/fault/dns_reply.h"

#include <optional>

namespace firedrill {
namespace {

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };
enum class FamilyAction : std::uint8_t { drop, delay, nodata };

}  // namespace

template <>
struct Names<AddressFamily> {
  static constexpr std::pair<std::string_view, AddressFamily> kAll[] = {
      {"ipv4", AddressFamily::ipv4}, {"ipv6", AddressFamily::ipv6}};
};
template <>
struct Kind<AddressFamily> : EnumKind<AddressFamily> {};

template <>
struct Names<FamilyAction> {
  static constexpr std::pair<std::string_view, FamilyAction> kAll[] = {
      {"drop", FamilyAction::drop},
      {"delay", FamilyAction::delay},
      {"nodata", FamilyAction::nodata}};
};
template <>
struct Kind<FamilyAction> : EnumKind<FamilyAction> {};

namespace {

class DnsFamily final : public FaultSpec {
 public:
  struct Config {
    AddressFamily family = AddressFamily::ipv6;
    FamilyAction action = FamilyAction::drop;
    std::optional<Distribution> delay;
    Duration negative_ttl = std::chrono::seconds(5);
  };

  static const Params<Config>& params();

  explicit DnsFamily(Config config)
      : config_(std::move(config)), soa_(negative_soa(config_.negative_ttl)) {}

  Applied on_query(const DnsQuerySeen& seen, QueryVerdict& verdict, Rng& rng) const override {
    const bool ipv4 = config_.family == AddressFamily::ipv4;
    if (seen.question.qtype != (ipv4 ? dns::kTypeA : dns::kTypeAaaa)) return Applied::spared;
    switch (config_.action) {
      case FamilyAction::drop:
        verdict.action = QueryVerdict::Action::drop;
        break;
      case FamilyAction::delay:
        verdict.delay = config_.delay->sample(rng);
        break;
      case FamilyAction::nodata:
        answer(verdict, {.soa = &soa_});
        break;
    }
    return Applied::yes;
  }

  Duration injected_ttl() const override {
    return config_.action == FamilyAction::nodata ? config_.negative_ttl : Duration::zero();
  }

 private:
  Config config_;
  dns::Record soa_;
};

const Params<DnsFamily::Config>& DnsFamily::params() {
  static const auto params =
      Params<Config>()
          .optional("family", &Config::family, "ipv4: queries for A; ipv6: queries for AAAA.")
          .optional("action", &Config::action,
                    "drop: they are never answered; delay: they are held; nodata: there is no such "
                    "address.")
          .optional("delay", &Config::delay, "How long each is held, when the action is delay.")
          .optional("negative_ttl", &Config::negative_ttl,
                    "How long clients may keep that there is none, in whole seconds.",
                    between(Duration::zero(), kMostTtl))
          .check("delay",
                 [](const Config& config) {
                   const bool held = config.action == FamilyAction::delay;
                   if (held == config.delay.has_value()) return "";
                   return held ? "is required when the action is delay"
                               : "means nothing unless the action is delay";
                 })
          .check("negative_ttl",
                 [](const Config& config) { return wrong_ttl(config.negative_ttl); });
  return params;
}

}  // namespace

extern constinit const FaultType kDnsFamily = fault_type<DnsFamily>({
    .name = "dns.family",
    .family = Family::dns,
    .summary = "Drops, delays or empties only what asks for IPv4 or only what asks for IPv6.",
    .reaches_upstream = "No, unless the action is delay, or the query is another.",
    .client_sees = "Addresses of one family, after the time that it waits for the other.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
