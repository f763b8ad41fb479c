// dns.truncate: an answer that is said not to fit, so that the client has to come back over TCP.

#include "proxy/fault/dns_reply.h"

namespace firedrill {
namespace {

enum class Over : std::uint8_t { udp, both };

}  // namespace

template <>
struct Names<Over> {
  static constexpr std::pair<std::string_view, Over> kAll[] = {{"udp", Over::udp},
                                                               {"both", Over::both}};
};
template <>
struct Kind<Over> : EnumKind<Over> {};

namespace {

class DnsTruncate final : public ReplyFault {
 public:
  struct Config {
    Over over = Over::udp;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "over", &Config::over,
        "udp: only there, where it happens; both: over TCP too, where no server does it.");
    return params;
  }

  explicit DnsTruncate(const Config& config) : over_(config.over) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    const bool tcp = seen.transport == dns::Transport::tcp;
    if (seen.reply == nullptr || (tcp && over_ == Over::udp)) return Applied::no;
    verdict.edit = [](dns::EditableReply& reply) {
      reply.clear();
      reply.set_flags(reply.flags() | dns::flag::kTruncated);
    };
    return Applied::yes;
  }

 private:
  Over over_;
};

}  // namespace

extern constinit const FaultType kDnsTruncate = fault_type<DnsTruncate>({
    .name = "dns.truncate",
    .family = Family::dns,
    .summary = "Empties answers over UDP and marks them as truncated.",
    .reaches_upstream = "Yes, and again over TCP when the client asks there.",
    .client_sees = "TC and no records; a client that is able to asks again over TCP.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
