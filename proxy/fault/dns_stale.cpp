// dns.stale: answers that do not follow changes any more.

#include "proxy/fault/dns_reply.h"
#include "proxy/fault/frozen_answers.h"

namespace firedrill {
namespace {

using Section = dns::EditableReply::Section;

void put_back(dns::EditableReply& reply, const FrozenAnswer& answer) {
  reply.set_rcode(answer.rcode);
  for (std::size_t i = 0; i < answer.sections.size(); ++i) {
    reply.replace(static_cast<Section>(i), answer.sections[i]);
  }
}

// Whether it tells how the name stands, and does so completely.
bool is_answer(const dns::EditableReply& reply) {
  const dns::Rcode rcode = reply.rcode();
  const bool told = rcode == dns::Rcode::no_error || rcode == dns::Rcode::name_error;
  return told && (reply.flags() & dns::flag::kTruncated) == 0;
}

class DnsStale final : public ReplyFault {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit DnsStale(const Config&) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    if (seen.reply == nullptr || seen.answers == nullptr) return Applied::no;
    const auto freeze =
        is_answer(*seen.reply) ? FrozenAnswers::Freeze::yes : FrozenAnswers::Freeze::no;
    const FrozenAnswer* answer = seen.answers->of(seen.question, *seen.reply, freeze);
    if (answer == nullptr) return Applied::no;
    // The rule that was hit keeps the answers as long as this.
    verdict.edit = [answer](dns::EditableReply& reply) { put_back(reply, *answer); };
    return Applied::yes;
  }
  bool freezes_answers() const override { return true; }
};

}  // namespace

extern constinit const FaultType kDnsStale = fault_type<DnsStale>({
    .name = "dns.stale",
    .family = Family::dns,
    .summary = "Keeps giving the first answer that each name and type got since the fault began.",
    .reaches_upstream = "Yes; what it answers after the first time is thrown away.",
    .client_sees = "The same records and TTLs, whatever changes behind. Up to some 1,000 names and "
                   "types are frozen, with answers of up to 4 KiB; others pass.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
