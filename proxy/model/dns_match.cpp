#include "proxy/model/dns_match.h"

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/message.h"
#include "proxy/model/alternatives.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace firedrill {
namespace {

using Pattern = std::variant<dns::NamePattern, NameGlob, Regex>;

// A name as it is written, checked.
struct Name {
  std::string text;
  Pattern pattern;
};

// A domain below which a stub resolver looks names up.
struct SearchSuffix {
  std::string text;  // without its final dot
  dns::NamePattern below;
};

template <class Pattern>
std::optional<Pattern> take(Result<Pattern> parsed, const Value& value, const std::string& path,
                            Problems& problems) {
  if (parsed) return std::move(*parsed);
  problems.push_back({path, parsed.error().front().what, value.at()});
  return std::nullopt;
}

// The name followed by the suffix; nothing where there is no such name, and for regular
// expressions, which are asked about the name without the suffix.
std::optional<Pattern> with_suffix(const Name& name, const SearchSuffix& suffix) {
  if (name.text.ends_with('.') || std::holds_alternative<Regex>(name.pattern)) return std::nullopt;
  std::string text = name.text;
  text.append(".").append(suffix.text);
  if (NameGlob::is_glob(text)) {
    if (auto glob = NameGlob::parse(text)) return std::move(*glob);
  } else if (auto pattern = dns::NamePattern::parse(text)) {
    return std::move(*pattern);
  }
  return std::nullopt;
}

}  // namespace

template <>
struct Kind<Name> {
  static std::optional<Name> read(const Value& value, const std::string& path, Problems& problems) {
    const std::string* text = kind::word(value);
    if (text == nullptr) {
      return kind::refuse(value, path,
                          "a name such as api.example, *.example, .example, api-*.example or "
                          "~regex",
                          problems);
    }
    if (text->starts_with('~')) {
      auto regex = Regex::compile(text->substr(1), value, path, problems, Regex::Case::ignored);
      if (!regex) return std::nullopt;
      return Name{*text, std::move(*regex)};
    }
    if (NameGlob::is_glob(*text)) {
      auto glob = take(NameGlob::parse(*text), value, path, problems);
      if (!glob) return std::nullopt;
      return Name{*text, std::move(*glob)};
    }
    auto pattern = take(dns::NamePattern::parse(*text), value, path, problems);
    if (!pattern) return std::nullopt;
    return Name{*text, std::move(*pattern)};
  }
};

template <>
struct Kind<SearchSuffix> {
  static std::optional<SearchSuffix> read(const Value& value, const std::string& path,
                                          Problems& problems) {
    const std::string* text = kind::word(value);
    if (text == nullptr) {
      return kind::refuse(value, path, "a suffix such as svc.cluster.local", problems);
    }
    std::string suffix =
        text->size() > 1 && text->ends_with('.') ? text->substr(0, text->size() - 1) : *text;
    auto below = take(dns::NamePattern::below(suffix), value, path, problems);
    if (!below) return std::nullopt;
    return SearchSuffix{std::move(suffix), std::move(*below)};
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
  auto names = read_alternatives<Name>(fields, "names", "name");
  std::vector<SearchSuffix> search;
  if (const Value* suffixes = fields.optional("expand_search")) {
    const std::string path = fields.path_of("expand_search");
    auto read = Kind<std::vector<SearchSuffix>>::read(*suffixes, path, fields.problems());
    if (read) search = std::move(*read);
  }
  for (Name& name : names) {
    for (const SearchSuffix& suffix : search) {
      if (auto longer = with_suffix(name, suffix)) match.add(std::move(*longer));
    }
    match.add(std::move(name.pattern));
  }
  for (SearchSuffix& suffix : search) match.search_.push_back(std::move(suffix.below));
  if (!match.regexes_.empty()) match.index_names_.clear();
  match.types_ = read_alternatives<RecordType>(fields, "qtypes", "qtype");
  if (const Value* transport = fields.optional("transport")) {
    match.transport_ =
        Kind<dns::Transport>::read(*transport, fields.path_of("transport"), fields.problems());
  }
  return match;
}

void DnsMatch::add(Pattern pattern) {
  if (auto* name = std::get_if<dns::NamePattern>(&pattern)) {
    index_names_.push_back(*name);
    names_.push_back(std::move(*name));
  } else if (auto* glob = std::get_if<NameGlob>(&pattern)) {
    index_names_.push_back(glob->suffix());
    globs_.push_back(std::move(*glob));
  } else {
    regexes_.push_back(std::get<Regex>(std::move(pattern)));
  }
}

std::string_view DnsMatch::mismatch(const dns::Question& question, dns::Transport transport) const {
  const RecordType type{question.qtype};
  if (transport_ && *transport_ != transport) return "transport";
  if (!types_.empty() && std::ranges::find(types_, type) == types_.end()) return "qtypes";
  return accepts_name(question.folded) ? "" : "names";
}

bool DnsMatch::accepts_name(const dns::FoldedName& name) const {
  if (names_.empty() && globs_.empty() && regexes_.empty()) return true;
  const auto matches = [&](const auto& pattern) { return pattern.matches(name); };
  return std::ranges::any_of(names_, matches) || std::ranges::any_of(globs_, matches) ||
         (!regexes_.empty() && accepts_by_regex(name));
}

bool DnsMatch::accepts_by_regex(const dns::FoldedName& name) const {
  const std::string text = dns::name_text(name.bytes());
  const auto accepts = [&](std::string_view asked) {
    return std::ranges::any_of(regexes_, [&](const Regex& regex) { return regex.matches(asked); });
  };
  if (accepts(text)) return true;
  return std::ranges::any_of(search_, [&](const dns::NamePattern& suffix) {
    if (!suffix.matches(name)) return false;
    const std::size_t added =
        suffix.name().size() == 1 ? 0 : 1 + dns::name_text(suffix.name()).size();
    return accepts(std::string_view(text).substr(0, text.size() - added));
  });
}

}  // namespace firedrill
