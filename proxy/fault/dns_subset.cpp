// dns.subset: a balancer that knows only some of the servers.

#include "proxy/core/siphash.h"
#include "proxy/fault/dns_reply.h"

#include <algorithm>

namespace firedrill {
namespace {

using Records = std::vector<dns::EditableRecord>;

enum class Pick : std::uint8_t { client, query };

}  // namespace

template <>
struct Names<Pick> {
  static constexpr std::pair<std::string_view, Pick> kAll[] = {{"client", Pick::client},
                                                               {"query", Pick::query}};
};
template <>
struct Kind<Pick> : EnumKind<Pick> {};

namespace {

// Keeps the `keep` addresses whose hashes under `seed` are the least. So an address that stays is
// kept or dropped whatever else the upstream answers, and in whatever order.
void keep_some(Records& answers, std::size_t keep, std::uint64_t seed) {
  const auto rank = [&](const dns::EditableRecord& record) {
    return siphash(seed, record.type, as_text(record.data));
  };
  std::vector<std::uint64_t> ranks;
  for (const dns::EditableRecord& record : answers) {
    if (record.is_address()) ranks.push_back(rank(record));
  }
  if (ranks.size() <= keep) return;
  std::ranges::sort(ranks);
  const std::uint64_t first_dropped = ranks[keep];
  std::erase_if(answers, [&](const dns::EditableRecord& record) {
    return record.is_address() && rank(record) >= first_dropped;
  });
}

class DnsSubset final : public ReplyFault {
 public:
  struct Config {
    std::uint32_t keep = 1;
    Pick pick = Pick::client;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("keep", &Config::keep, "How many addresses are left.",
                      at_least(std::uint32_t{1}))
            .optional("pick", &Config::pick,
                      "client: the same ones for every query of a client; query: chosen anew for "
                      "each.");
    return params;
  }

  explicit DnsSubset(const Config& config) : config_(config) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng& rng) const override {
    const bool more = seen.reply != nullptr && seen.reply->count_addresses() > config_.keep;
    if (!more) return Applied::no;
    Rng of_client = seen.of_client;
    const std::uint64_t seed = config_.pick == Pick::client ? of_client.next() : rng.next();
    verdict.edit = [this, seed](dns::EditableReply& reply) {
      keep_some(reply.change(dns::EditableReply::Section::answer), config_.keep, seed);
    };
    return Applied::yes;
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kDnsSubset = fault_type<DnsSubset>({
    .name = "dns.subset",
    .family = Family::dns,
    .summary = "Leaves only some of the addresses in an answer.",
    .reaches_upstream = "Yes.",
    .client_sees = "The upstream's answer with fewer A or AAAA records.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
