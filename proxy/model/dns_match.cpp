#include "proxy/model/dns_match.h"

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/message.h"
#include "proxy/model/alternatives.h"

#include <algorithm>

namespace firedrill {

template <>
struct Names<dns::Transport> {
  static constexpr std::pair<std::string_view, dns::Transport> kAll[] = {
      {"udp", dns::Transport::udp}, {"tcp", dns::Transport::tcp}};
};
template <>
struct Kind<dns::Transport> : EnumKind<dns::Transport> {};

DnsMatch DnsMatch::read(Fields& fields) {
  DnsMatch match;
  std::vector<SearchSuffix> search;
  if (const Value* suffixes = fields.optional("expand_search")) {
    const std::string path = fields.path_of("expand_search");
    auto read = Kind<std::vector<SearchSuffix>>::read(*suffixes, path, fields.problems());
    if (read) search = std::move(*read);
  }
  match.names_ = NameSet::read_names(fields, search);
  match.except_ = NameSet::read_except(fields, search);
  match.types_ = read_alternatives<RecordType>(fields, "qtypes", "qtype");
  if (const Value* transport = fields.optional("transport")) {
    match.transport_ =
        Kind<dns::Transport>::read(*transport, fields.path_of("transport"), fields.problems());
  }
  return match;
}

std::string_view DnsMatch::mismatch(const dns::Question& question, dns::Transport transport) const {
  const RecordType type{question.qtype};
  if (transport_ && *transport_ != transport) return "transport";
  if (!types_.empty() && std::ranges::find(types_, type) == types_.end()) return "qtypes";
  if (!names_.empty() && !names_.contains(question.folded)) return "names";
  return except_.contains(question.folded) ? "except" : "";
}

}  // namespace firedrill
