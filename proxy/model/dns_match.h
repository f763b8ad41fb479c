#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/record_type.h"
#include "proxy/model/regex.h"

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

namespace dns {
enum class Transport : std::uint8_t;
}

// Which queries, by any of `names` and any of `qtypes`, and over which `transport`. A name is
// exact,
// `*.suffix` for all that is below the suffix, or `~regex` for what the whole name, without its
// final dot, must be like. Case never counts.
class DnsMatch {
 public:
  // Asks for these keys and leaves the others to whoever holds `fields`.
  static DnsMatch read(Fields& fields);

  // The key of the first condition that does not hold; empty when the query is accepted.
  std::string_view mismatch(const dns::Question& question, dns::Transport transport) const;

  const std::vector<dns::NamePattern>& names() const { return names_; }
  bool has_patterns() const { return !patterns_.empty(); }

 private:
  bool accepts_name(const dns::FoldedName& name) const;

  std::vector<dns::NamePattern> names_;
  std::vector<Regex> patterns_;
  std::vector<RecordType> types_;
  std::optional<dns::Transport> transport_;
};

}  // namespace firedrill
