#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/name_set.h"
#include "proxy/model/record_type.h"

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

namespace dns {
enum class Transport : std::uint8_t;
}

// Which queries, by any of `names` but none of `except`, any of `qtypes`, and over which
// `transport`. With `expand_search`, a list of suffixes, the names are also looked for behind each:
// see NameSet.
class DnsMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static DnsMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the query is accepted.
  std::string_view mismatch(const dns::Question& question, dns::Transport transport) const;

  // What accepts a name fits one of these; empty when any name may be accepted.
  const std::vector<dns::NamePattern>& index_names() const { return names_.index_names(); }

 private:
  NameSet names_;
  NameSet except_;
  std::vector<RecordType> types_;
  std::optional<dns::Transport> transport_;
};

}  // namespace firedrill
