// dns.loop: an alias that leads back to itself.

#include "proxy/fault/dns_reply.h"

namespace firedrill {
namespace {

constexpr std::uint32_t kMostAliases = 32;

// The name asked for, with a label before it except for the first of the loop, which it is itself.
Bytes name_in_loop(std::uint32_t place) {
  Bytes name;
  if (place > 0) {
    const std::string label = "c" + std::to_string(place);
    name.push_back(static_cast<std::byte>(label.size()));
    const ByteView bytes = as_bytes(label);
    name.insert(name.end(), bytes.begin(), bytes.end());
  }
  dns::append_u16(name, 0xc000u | dns::kHeaderSize);
  return name;
}

dns::Record alias(std::uint32_t place, std::uint32_t length, std::uint32_t ttl) {
  const Bytes target = name_in_loop((place + 1) % length);
  dns::Record record{.wire = name_in_loop(place),
                     .type = dns::kTypeCname,
                     .at_question = place == 0,
                     .ttl = ttl,
                     .text = ""};
  dns::append_u16(record.wire, dns::kTypeCname);
  dns::append_u16(record.wire, dns::kClassIn);
  dns::append_u32(record.wire, ttl);
  dns::append_u16(record.wire, target.size());
  record.wire.insert(record.wire.end(), target.begin(), target.end());
  return record;
}

class DnsLoop final : public FaultSpec {
 public:
  struct Config {
    std::uint32_t length = 2;
    Duration ttl = std::chrono::seconds(5);
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("length", &Config::length,
                      "How many aliases there are; with 1 the name is its own alias.",
                      between(std::uint32_t{1}, kMostAliases))
            .optional("ttl", &Config::ttl,
                      "How long clients may keep the aliases, in whole seconds.",
                      between(Duration::zero(), kMostTtl))
            .check("ttl", [](const Config& config) { return wrong_ttl(config.ttl); });
    return params;
  }

  explicit DnsLoop(const Config& config) : short_loop_{alias(0, 1, seconds_of(config.ttl))} {
    for (std::uint32_t place = 0; place < config.length; ++place) {
      loop_.push_back(alias(place, config.length, seconds_of(config.ttl)));
    }
  }

  Applied on_query(const DnsQuerySeen& seen, QueryVerdict& verdict, Rng&) const override {
    if (!takes_records(seen.question)) return Applied::spared;
    constexpr std::size_t kLongestLabel = 4;  // with its length byte
    const bool fits = seen.question.name.size() + kLongestLabel <= dns::kMaxName;
    return answer(verdict, {.answers = fits ? loop_ : short_loop_});
  }

  Duration injected_ttl() const override { return std::chrono::seconds(loop_.front().ttl); }

 private:
  std::vector<dns::Record> loop_;
  std::vector<dns::Record> short_loop_;  // for names with no room for another label
};

}  // namespace

extern constinit const FaultType kDnsLoop = fault_type<DnsLoop>({
    .name = "dns.loop",
    .family = Family::dns,
    .summary = "Answers with aliases that lead in a circle.",
    .reaches_upstream = "No.",
    .client_sees = "CNAME records from the name back to the name, and no address.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
