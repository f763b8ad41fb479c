// dns.answer: a wrong, though well-formed, answer.

#include "proxy/fault/dns_reply.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/reach.h"
#include "proxy/fault/zone_records.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {
namespace {

enum class OtherTypes : std::uint8_t { nodata, pass };

}  // namespace

template <>
struct Names<OtherTypes> {
  static constexpr std::pair<std::string_view, OtherTypes> kAll[] = {{"nodata", OtherTypes::nodata},
                                                                     {"pass", OtherTypes::pass}};
};
template <>
struct Kind<OtherTypes> : EnumKind<OtherTypes> {};

namespace {

class DnsAnswer final : public FaultSpec {
 public:
  struct Config {
    std::optional<ZoneRecords> records;
    std::optional<std::string> self;
    Duration ttl = std::chrono::seconds(5);
    OtherTypes other_types = OtherTypes::nodata;
    Reach reach = Reach::none;
  };

  static const Params<Config>& params();

  explicit DnsAnswer(const Config& config) : config_(config), soa_(negative_soa(config.ttl)) {
    if (!config.records) return;
    records_ = dns::parse_records(config.records->texts, seconds_of(config.ttl), "records").value();
  }

  std::string_view own_proxy() const override {
    return config_.self ? std::string_view(*config_.self) : "";
  }
  FaultSpecPtr for_address(const Cidr::Raw& address) const override {
    const std::string text = format_ip(address);
    Config config = config_;
    config.records = ZoneRecords{{(text.find(':') == text.npos ? "A " : "AAAA ") + text}};
    return std::make_shared<const DnsAnswer>(config);
  }

  Applied on_query(const DnsQuerySeen& seen, QueryVerdict& verdict, Rng&) const override {
    if (spares(seen.question)) return Applied::spared;
    const bool answers = dns::any_answers(records_, seen.question.qtype);
    if (config_.reach == Reach::upstream) return Applied::yes;
    if (answers) return answer(verdict, {.answers = records_});
    return answer(verdict, {.soa = &soa_});
  }

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    if (spares(seen.question)) return Applied::spared;
    const bool answers = dns::any_answers(records_, seen.question.qtype);
    if (seen.reply == nullptr || seen.reply->question().empty()) return Applied::no;
    verdict.edit = [this, answers](dns::EditableReply& reply) {
      if (!answers) return leave_nothing(reply, soa_);
      put_records(reply, dns::question_of(reply).value(), records_);
    };
    return Applied::yes;
  }
  bool sees_reply(Direction) const override { return config_.reach == Reach::upstream; }
  bool waits_for_response(Direction) const override { return config_.reach == Reach::upstream; }

  Duration injected_ttl() const override {
    std::uint32_t most = soa_.ttl;
    for (const dns::Record& record : records_) most = std::max(most, record.ttl);
    return std::chrono::seconds(most);
  }

 private:
  bool spares(const dns::Question& question) const {
    // Without any its proxy is gone.
    if (records_.empty() || !takes_records(question)) return true;
    const bool other = !dns::any_answers(records_, question.qtype);
    return other && config_.other_types == OtherTypes::pass;
  }

  Config config_;
  std::vector<dns::Record> records_;
  dns::Record soa_;
};

const Params<DnsAnswer::Config>& DnsAnswer::params() {
  static const auto params =
      Params<Config>()
          .optional("records", &Config::records,
                    "The answer, in zone-file syntax without the owner: \"A 10.20.30.99\", "
                    "\"CNAME other.example.\". What follows a CNAME names its owner, with a "
                    "final dot: \"other.example. A 10.20.30.99\". A query gets the records of "
                    "its type, and any CNAME.")
          .optional("self", &Config::self,
                    "Instead of records: the name of one of firedrill's own proxies, whose address "
                    "is the answer; A or AAAA by what it listens on.")
          .optional("ttl", &Config::ttl,
                    "How long clients may keep the answer, in whole seconds; a record may say "
                    "its own: \"30s A 10.20.30.99\".",
                    between(Duration::zero(), kMostTtl))
          .optional("other_types", &Config::other_types,
                    "What a query gets whose type none of the records has: nodata says that "
                    "there is nothing, pass asks the upstream, which gives the real address of "
                    "the other family away.")
          .optional("reach", &Config::reach,
                    "upstream: ask it, and change only the data of its answer, so that flags, "
                    "EDNS and sections are its own; where it has no such record, the forged ones "
                    "are the answer.")
          .check("records",
                 [](const Config& config) {
                   if (config.records.has_value() != config.self.has_value()) return "";
                   return config.self ? "must not stand beside self"
                                      : "is required, unless self is given";
                 })
          .check("ttl", [](const Config& config) { return wrong_ttl(config.ttl); });
  return params;
}

}  // namespace

extern constinit const FaultType kDnsAnswer = fault_type<DnsAnswer>({
    .name = "dns.answer",
    .family = Family::dns,
    .summary = "Answers queries with records of its own.",
    .reaches_upstream =
        "No, unless reach is upstream, or other_types is pass and the type is another.",
    .client_sees = "The records, in an answer that is otherwise what a forwarder gives.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
