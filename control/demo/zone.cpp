#include "control/demo/zone.h"

#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/name.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace firedrill::demo {
namespace {

constexpr std::uint32_t kTtl = 30;

struct Entry {
  std::string_view name;
  std::vector<std::string> records;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {"shop.demo", {"A 10.20.30.5", "AAAA 2001:db8::5", "MX 10 mail.shop.demo."}},
      {"payments.shop.demo", {"A 10.20.30.7", "AAAA 2001:db8::7"}},
      {"api.shop.demo", {"CNAME shop.demo.", "shop.demo. A 10.20.30.5"}},
      {"mail.shop.demo", {"A 10.20.30.8", "TXT \"v=spf1 -all\""}},
  };
  return all;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

Zone::Zone() {
  for (const Entry& entry : entries()) {
    names_[std::string(entry.name)] = dns::parse_records(entry.records, kTtl, "zone").value();
  }
  authority_ = dns::parse_record(
                   "shop.demo. SOA ns.shop.demo. hostmaster.shop.demo. 1 3600 600 86400 30", kTtl)
                   .value();
}

Bytes Zone::answer(ByteView message, dns::Transport transport) const {
  Bytes out(dns::kMaxMessage);
  const dns::Query query = dns::parse_query(message);
  const auto refusal = [&](dns::Rcode rcode) {
    out.resize(dns::forge_refusal(out, message, rcode).size());
    return std::move(out);
  };
  switch (query.disposition) {
    case dns::Disposition::drop:
      return {};
    case dns::Disposition::format_error:
      return refusal(dns::Rcode::format_error);
    case dns::Disposition::not_implemented:
      return refusal(dns::Rcode::not_implemented);
    case dns::Disposition::forward:
      break;
  }
  dns::Reply reply;
  const auto found = names_.find(lower(dns::name_text(query.question.name)));
  if (found == names_.end()) reply.rcode = dns::Rcode::name_error;
  if (found != names_.end()) reply.answers = found->second;
  if (!dns::any_answers(reply.answers, query.question.qtype)) reply.soa = &authority_;
  const dns::Edns edns = dns::read_edns(message, query.question.end());
  const std::size_t limit = dns::reply_limit(transport, edns);
  out.resize(dns::forge(out, message, query.question, edns, reply, limit).size());
  return out;
}

}  // namespace firedrill::demo
