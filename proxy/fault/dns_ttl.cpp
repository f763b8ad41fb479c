// dns.ttl: answers that clients keep too long, or not at all.

#include "proxy/fault/dns_reply.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace firedrill {
namespace {

class DnsTtl final : public ReplyFault {
 public:
  struct Config {
    std::optional<Duration> set;
    double scale = 1;
    std::optional<Duration> at_least;
    std::optional<Duration> at_most;
  };

  static const Params<Config>& params();

  explicit DnsTtl(const Config& config) : config_(config) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    if (seen.reply == nullptr || !seen.reply->tells_of_names()) return Applied::no;
    verdict.edit = [this](dns::EditableReply& reply) {
      reply.change_ttls([this](std::uint32_t ttl) { return changed(ttl); });
    };
    return Applied::yes;
  }

  Duration injected_ttl() const override {
    if (config_.set) return *config_.set;
    if (config_.scale > 1 && config_.at_most) return *config_.at_most;
    return config_.at_least.value_or(Duration::zero());
  }

 private:
  std::uint32_t changed(std::uint32_t ttl) const {
    if (config_.set) return seconds_of(*config_.set);
    const double scaled = std::min(std::floor(ttl * config_.scale), double{dns::kMaxTtl});
    ttl = static_cast<std::uint32_t>(scaled);
    if (config_.at_least) ttl = std::max(ttl, seconds_of(*config_.at_least));
    if (config_.at_most) ttl = std::min(ttl, seconds_of(*config_.at_most));
    return ttl;
  }

  Config config_;
};

std::string wrong_change(const DnsTtl::Config& config) {
  const bool other = config.scale != 1 || config.at_least || config.at_most;
  if (config.set) return other ? "must not stand beside scale, at_least or at_most" : "";
  return other ? "" : "must be given, or one of scale, at_least and at_most";
}

std::string wrong_bounds(const DnsTtl::Config& config) {
  const bool crossed = config.at_least && config.at_most && *config.at_least > *config.at_most;
  return crossed ? "must not be less than at_least" : "";
}

std::string wrong_seconds(const std::optional<Duration>& ttl) {
  if (!ttl) return "";
  const bool fits = *ttl >= Duration::zero() && *ttl <= kMostTtl;
  return fits ? wrong_ttl(*ttl) : "must be from 0s to 2147483647s";
}

const Params<DnsTtl::Config>& DnsTtl::params() {
  static const auto params =
      Params<Config>()
          .optional("set", &Config::set,
                    "The TTL of every record, in whole seconds; 0s is never "
                    "kept.")
          .optional("scale", &Config::scale,
                    "What each TTL is multiplied by, before it is bounded.", between(0.0, 1e6))
          .optional("at_least", &Config::at_least, "Raises every TTL that is less.")
          .optional("at_most", &Config::at_most, "Lowers every TTL that is more.")
          .check("set", wrong_change)
          .check("set", [](const Config& config) { return wrong_seconds(config.set); })
          .check("at_least", [](const Config& config) { return wrong_seconds(config.at_least); })
          .check("at_most", [](const Config& config) { return wrong_seconds(config.at_most); })
          .check("at_most", wrong_bounds);
  return params;
}

}  // namespace

extern constinit const FaultType kDnsTtl = fault_type<DnsTtl>({
    .name = "dns.ttl",
    .family = Family::dns,
    .summary = "Changes how long answers may be kept: sets, scales or bounds their TTLs.",
    .reaches_upstream = "Yes.",
    .client_sees = "The upstream's answer with other TTLs, and every other byte as it came.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
