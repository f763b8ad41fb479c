#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/name_glob.h"
#include "proxy/model/record_type.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill {

namespace dns {
enum class Transport : std::uint8_t;
}

// Which queries, by any of `names` and any of `qtypes`, and over which `transport`. Case never
// counts. A name is one of
//   a.example         that name alone
//   *.example         every name below it, by whole labels, but not itself
//   .example          the name itself and every name below it
//   api-*.example     a glob, see NameGlob
//   ~api-\d+\.example a regular expression for the whole name, without its final dot
//
// With `expand_search`, a list of suffixes, each name also stands for itself followed by any of
// them, as a stub resolver asks for it; one that ends with a dot does not, as there.
class DnsMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static DnsMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the query is accepted.
  std::string_view mismatch(const dns::Question& question, dns::Transport transport) const;

  // What accepts a name fits one of these; empty when any name may be accepted.
  const std::vector<dns::NamePattern>& index_names() const { return index_names_; }

 private:
  using Pattern = std::variant<dns::NamePattern, NameGlob, Regex>;

  void add(Pattern pattern);
  bool accepts_name(const dns::FoldedName& name) const;
  bool accepts_by_regex(const dns::FoldedName& name) const;

  std::vector<dns::NamePattern> names_;
  std::vector<NameGlob> globs_;
  std::vector<Regex> regexes_;
  std::vector<dns::NamePattern> search_;  // what is below each suffix
  std::vector<dns::NamePattern> index_names_;
  std::vector<RecordType> types_;
  std::optional<dns::Transport> transport_;
};

}  // namespace firedrill
