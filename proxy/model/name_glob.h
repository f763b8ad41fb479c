#pragma once

#include "proxy/codec/dns/name.h"
#include "proxy/model/glob.h"

#include <string_view>

namespace firedrill {

// Domain names by a text with wildcards: `*` stands for any characters within one label, `?` for
// one of them, `**` for any characters across labels. An asterisk that is the whole first label
// stands for one label or more, as it does in `*.example`. A backslash takes a wildcard its
// meaning.
class NameGlob {
 public:
  // Whether the text has wildcards beyond those that NamePattern knows.
  static bool is_glob(std::string_view text);
  // A problem has no path.
  static Result<NameGlob> parse(std::string_view text);

  bool matches(const dns::FoldedName& name) const;

  // The labels behind the last wildcard; what matches is below them.
  const dns::NamePattern& suffix() const { return suffix_; }

 private:
  NameGlob(Glob glob, dns::NamePattern suffix)
      : glob_(std::move(glob)), suffix_(std::move(suffix)) {}

  Glob glob_;
  dns::NamePattern suffix_;
};

}  // namespace firedrill
