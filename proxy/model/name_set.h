#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/core/fields.h"
#include "proxy/core/kind.h"
#include "proxy/model/name_glob.h"
#include "proxy/model/regex.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill {

// A domain below which a stub resolver looks names up.
struct SearchSuffix {
  std::string text;  // without its final dot
  dns::NamePattern below;
};

template <>
struct Kind<SearchSuffix> {
  static std::optional<SearchSuffix> read(const Value& value, const std::string& path,
                                          Problems& problems);
  static std::string expected() { return "a suffix such as svc.cluster.local"; }
};

// Domain names as a match writes them down. Case never counts. A name is one of
//   a.example         that name alone
//   *.example         every name below it, by whole labels, but not itself
//   .example          the name itself and every name below it
//   api-*.example     a glob, see NameGlob
//   ~api-\d+\.example a regular expression for the whole name, without its final dot
//
// Each also stands for itself followed by any of the search suffixes, as a stub resolver asks for
// it; one that ends with a dot does not, as there.
class NameSet {
 public:
  using Pattern = std::variant<dns::NamePattern, NameGlob, Regex>;
  // A name as it is written, checked.
  struct Name {
    std::string text;
    Pattern pattern;
  };

  // Reads a list under `names`, or one name under `name`.
  static NameSet read_names(Fields& fields, std::span<const SearchSuffix> search);
  // Reads a list, or one name, under `except`.
  static NameSet read_except(Fields& fields, std::span<const SearchSuffix> search);

  bool empty() const { return names_.empty() && globs_.empty() && regexes_.empty(); }
  bool contains(const dns::FoldedName& name) const;

  // What is in the set fits one of these; empty when any name may be in it.
  const std::vector<dns::NamePattern>& index_names() const { return index_names_; }

 private:
  void add(std::vector<Name> names, std::span<const SearchSuffix> search);
  void add(Pattern pattern);
  bool contains_by_regex(const dns::FoldedName& name) const;

  std::vector<dns::NamePattern> names_;
  std::vector<NameGlob> globs_;
  std::vector<Regex> regexes_;
  std::vector<dns::NamePattern> search_;  // what is below each suffix
  std::vector<dns::NamePattern> index_names_;
};

}  // namespace firedrill
