#include "proxy/model/dns_match.h"

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/message.h"
#include "proxy/model/alternatives.h"

#include <algorithm>
#include <variant>

namespace firedrill {
namespace {

using Name = std::variant<dns::NamePattern, Regex>;

}  // namespace

template <>
struct Kind<Name> {
  static std::optional<Name> read(const Value& value, const std::string& path, Problems& problems) {
    const std::string* text = kind::word(value);
    if (text == nullptr) {
      return kind::refuse(value, path, "a name such as api.example, *.example or ~regex", problems);
    }
    if (text->starts_with('~')) {
      auto regex = Regex::compile(text->substr(1), value, path, problems, Regex::Case::ignored);
      if (!regex) return std::nullopt;
      return std::move(*regex);
    }
    auto pattern = dns::NamePattern::parse(*text);
    if (pattern) return std::move(*pattern);
    problems.push_back({path, pattern.error().front().what, value.at()});
    return std::nullopt;
  }
};

template <>
struct Names<dns::Transport> {
  static constexpr std::pair<std::string_view, dns::Transport> kAll[] = {
      {"udp", dns::Transport::udp}, {"tcp", dns::Transport::tcp}};
};
template <>
struct Kind<dns::Transport> : EnumKind<dns::Transport> {};

DnsMatch DnsMatch::read(Fields& fields) {
  DnsMatch match;
  for (Name& name : read_alternatives<Name>(fields, "names", "name")) {
    if (auto* regex = std::get_if<Regex>(&name)) {
      match.patterns_.push_back(std::move(*regex));
    } else {
      match.names_.push_back(std::get<dns::NamePattern>(std::move(name)));
    }
  }
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
  return accepts_name(question.folded) ? "" : "names";
}

bool DnsMatch::accepts_name(const dns::FoldedName& name) const {
  if (names_.empty() && patterns_.empty()) return true;
  for (const dns::NamePattern& pattern : names_) {
    if (pattern.matches(name)) return true;
  }
  if (patterns_.empty()) return false;
  const std::string text = dns::name_text(name.bytes());
  return std::ranges::any_of(patterns_, [&](const Regex& regex) { return regex.matches(text); });
}

}  // namespace firedrill
