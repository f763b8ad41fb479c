#pragma once

#include "proxy/codec/dns/folded_name.h"
#include "proxy/core/bytes.h"
#include "proxy/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::dns {

// Names as configuration writes them. None of this is for the path of a query.

// Presentation text to an uncompressed wire name, with the escapes of RFC 1035 (`\.`, `\\`,
// `\032`). The final dot may be left out: every name is absolute. A problem has no path; whoever
// knows it adds it.
Result<Bytes> parse_name(std::string_view text);

// The way back: escaped where needed, without the final dot, "." for the root.
std::string name_text(ByteView wire);

// Which names a rule is about, ready for an index: look hash() up among the hashes of a FoldedName,
// then let matches() decide.
class NamePattern {
 public:
  enum class Kind : std::uint8_t {
    exact,   // "a.b.c": that name alone
    below,   // "*.b.c": every name under it, by whole labels, but not itself; "*": all but the root
    within,  // ".b.c": the name itself and every name under it
  };

  static Result<NamePattern> parse(std::string_view text);
  // Every name below this one, which is written without an asterisk.
  static Result<NamePattern> below(std::string_view name);

  Kind kind() const { return kind_; }
  std::uint64_t hash() const { return hash_; }
  ByteView name() const { return name_; }  // in lower case; without asterisk or leading dot

  bool matches(const FoldedName& name) const;

 private:
  NamePattern(Kind kind, const FoldedName& name)
      : kind_(kind),
        labels_(name.labels()),
        hash_(name.hash()),
        name_(name.bytes().begin(), name.bytes().end()) {}

  Kind kind_;
  std::size_t labels_;
  std::uint64_t hash_;
  Bytes name_;
};

}  // namespace firedrill::dns
