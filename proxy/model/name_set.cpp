#include "proxy/model/name_set.h"

#include "proxy/model/alternatives.h"

#include <algorithm>
#include <utility>

namespace firedrill {
namespace {

using Name = NameSet::Name;

template <class T>
std::optional<T> take(Result<T> parsed, const Value& value, const std::string& path,
                      Problems& problems) {
  if (parsed) return std::move(*parsed);
  problems.push_back({path, parsed.error().front().what, value.at()});
  return std::nullopt;
}

// The name followed by the suffix; nothing where there is no such name, and for regular
// expressions, which are asked about the name without the suffix.
std::optional<NameSet::Pattern> with_suffix(const Name& name, const SearchSuffix& suffix) {
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

std::optional<SearchSuffix> Kind<SearchSuffix>::read(const Value& value, const std::string& path,
                                                     Problems& problems) {
  const std::string* text = kind::word(value);
  if (text == nullptr) return kind::refuse(value, path, expected(), problems);
  std::string suffix =
      text->size() > 1 && text->ends_with('.') ? text->substr(0, text->size() - 1) : *text;
  auto below = take(dns::NamePattern::below(suffix), value, path, problems);
  if (!below) return std::nullopt;
  return SearchSuffix{std::move(suffix), std::move(*below)};
}

NameSet NameSet::read_names(Fields& fields, std::span<const SearchSuffix> search) {
  NameSet set;
  set.add(read_alternatives<Name>(fields, "names", "name"), search);
  return set;
}

NameSet NameSet::read_except(Fields& fields, std::span<const SearchSuffix> search) {
  NameSet set;
  set.add(read_alternatives<Name>(fields, "except", fields.optional("except")), search);
  return set;
}

void NameSet::add(std::vector<Name> names, std::span<const SearchSuffix> search) {
  for (Name& name : names) {
    for (const SearchSuffix& suffix : search) {
      if (auto longer = with_suffix(name, suffix)) add(std::move(*longer));
    }
    add(std::move(name.pattern));
  }
  for (const SearchSuffix& suffix : search) search_.push_back(suffix.below);
  if (!regexes_.empty()) index_names_.clear();
}

void NameSet::add(Pattern pattern) {
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

bool NameSet::contains(const dns::FoldedName& name) const {
  const auto matches = [&](const auto& pattern) { return pattern.matches(name); };
  return std::ranges::any_of(names_, matches) || std::ranges::any_of(globs_, matches) ||
         (!regexes_.empty() && contains_by_regex(name));
}

bool NameSet::contains_by_regex(const dns::FoldedName& name) const {
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
