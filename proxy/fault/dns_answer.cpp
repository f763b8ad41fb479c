// dns.answer: a wrong, though well-formed, answer.

#include "proxy/codec/dns/records.h"
#include "proxy/fault/dns_reply.h"
#include "proxy/fault/fault.h"

#include <algorithm>
#include <string>
#include <vector>

namespace firedrill {
namespace {

enum class OtherTypes : std::uint8_t { nodata, pass };

// Records as the configuration writes them, checked.
struct ZoneRecords {
  std::vector<std::string> texts;
};

}  // namespace

template <>
struct Names<OtherTypes> {
  static constexpr std::pair<std::string_view, OtherTypes> kAll[] = {{"nodata", OtherTypes::nodata},
                                                                     {"pass", OtherTypes::pass}};
};
template <>
struct Kind<OtherTypes> : EnumKind<OtherTypes> {};

template <>
struct Kind<ZoneRecords> {
  static std::optional<ZoneRecords> read(const Value& value, const std::string& path,
                                         Problems& problems) {
    auto texts = Kind<std::vector<std::string>>::read(value, path, problems);
    if (!texts) return std::nullopt;
    if (texts->empty()) return kind::refuse(value, path, expected(), problems);
    const auto records = dns::parse_records(*texts, 0, path);
    if (records) return ZoneRecords{std::move(*texts)};
    for (Problem problem : records.error()) {
      problem.at = value.at();
      problems.push_back(std::move(problem));
    }
    return std::nullopt;
  }
  static std::string expected() {
    return "at least one record in zone-file syntax, such as \"A 10.20.30.99\"";
  }
  static boost::json::object schema() { return Kind<std::vector<std::string>>::schema(); }
  static boost::json::value write(const ZoneRecords& records) {
    return Kind<std::vector<std::string>>::write(records.texts);
  }
};

namespace {

class DnsAnswer final : public FaultSpec {
 public:
  struct Config {
    ZoneRecords records;
    Duration ttl = std::chrono::seconds(5);
    OtherTypes other_types = OtherTypes::nodata;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("records", &Config::records,
                      "The answer, in zone-file syntax without the owner: \"A 10.20.30.99\", "
                      "\"CNAME other.example.\". What follows a CNAME names its owner, with a "
                      "final dot: \"other.example. A 10.20.30.99\". A query gets the records of "
                      "its type, and any CNAME.")
            .optional("ttl", &Config::ttl,
                      "How long clients may keep the answer, in whole seconds; a record may say "
                      "its own: \"30s A 10.20.30.99\".",
                      between(Duration::zero(), kMostTtl))
            .optional("other_types", &Config::other_types,
                      "What a query gets whose type none of the records has: nodata says that "
                      "there is nothing, pass asks the upstream, which gives the real address of "
                      "the other family away.")
            .check("ttl", [](const Config& config) { return wrong_ttl(config.ttl); });
    return params;
  }

  explicit DnsAnswer(const Config& config)
      : records_(
            dns::parse_records(config.records.texts, seconds_of(config.ttl), "records").value()),
        soa_(negative_soa(config.ttl)),
        other_types_(config.other_types) {}

  void on_query(const dns::Question& question, QueryVerdict& verdict, Rng&) const override {
    if (dns::any_answers(records_, question.qtype)) {
      answer(verdict, {.answers = records_});
    } else if (other_types_ == OtherTypes::nodata) {
      answer(verdict, {.soa = &soa_});
    }
  }

  Duration injected_ttl() const override {
    std::uint32_t most = soa_.ttl;
    for (const dns::Record& record : records_) most = std::max(most, record.ttl);
    return std::chrono::seconds(most);
  }

 private:
  std::vector<dns::Record> records_;
  dns::Record soa_;
  OtherTypes other_types_;
};

}  // namespace

extern constinit const FaultType kDnsAnswer = fault_type<DnsAnswer>({
    .name = "dns.answer",
    .family = Family::dns,
    .summary = "Answers queries with records of its own.",
    .reaches_upstream = "No, unless other_types is pass and the type is another.",
    .client_sees = "The records, in an answer that is otherwise what a forwarder gives.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
