// dns.duplicate: a forged answer that comes just before the true one.

#include "proxy/fault/dns_reply.h"
#include "proxy/fault/zone_records.h"

#include <algorithm>

namespace firedrill {
namespace {

class DnsDuplicate final : public ReplyFault {
 public:
  struct Config {
    ZoneRecords records;
    Duration ttl = std::chrono::seconds(5);
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("records", &Config::records,
                      "The forged answer, as for dns.answer: \"A 10.20.30.99\".")
            .optional("ttl", &Config::ttl,
                      "How long clients may keep it, in whole seconds; a record may say its own.",
                      between(Duration::zero(), kMostTtl))
            .check("ttl", [](const Config& config) { return wrong_ttl(config.ttl); });
    return params;
  }

  explicit DnsDuplicate(const Config& config)
      : records_(
            dns::parse_records(config.records.texts, seconds_of(config.ttl), "records").value()) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    const bool answers = dns::any_answers(records_, seen.question.qtype);
    if (!answers || !takes_records(seen.question)) return Applied::spared;
    if (seen.reply == nullptr || seen.reply->question().empty()) return Applied::no;
    verdict.ahead = [this](dns::EditableReply& reply) {
      put_records(reply, dns::question_of(reply).value(), records_);
    };
    return Applied::yes;
  }

  Duration injected_ttl() const override {
    return std::chrono::seconds(std::ranges::max(records_, {}, &dns::Record::ttl).ttl);
  }

 private:
  std::vector<dns::Record> records_;
};

}  // namespace

extern constinit const FaultType kDnsDuplicate = fault_type<DnsDuplicate>({
    .name = "dns.duplicate",
    .family = Family::dns,
    .summary = "Answers twice: with forged records first, and then as the upstream does.",
    .reaches_upstream = "Yes.",
    .client_sees = "Two answers to one query, of which most clients take the first.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
