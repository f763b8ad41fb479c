#include "proxy/model/name_glob.h"

#include "proxy/codec/http/chars.h"

#include <algorithm>
#include <optional>
#include <string>

namespace firedrill {
namespace {

bool is_wildcard(char c) {
  return c == '*' || c == '?';
}

// Where the last wildcard stands that no backslash precedes.
std::optional<std::size_t> last_wildcard(std::string_view text) {
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (is_wildcard(text[i])) {
      last = i;
    }
  }
  return last;
}

}  // namespace

bool NameGlob::is_glob(std::string_view text) {
  if (text == "*") return false;
  if (text.starts_with("*.")) text.remove_prefix(2);
  return last_wildcard(text).has_value();
}

Result<NameGlob> NameGlob::parse(std::string_view text) {
  // As a name it is checked for empty and overlong labels.
  const auto whole = dns::parse_name(text);
  if (!whole) return whole.error();
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::size_t label_end = text.find('.', last_wildcard(text).value_or(0));
  auto suffix = dns::NamePattern::below(label_end == text.npos ? "." : text.substr(label_end + 1));
  if (!suffix) return suffix.error();
  std::string pattern(text.starts_with("*.") ? "*" : "");
  pattern.append(text);
  std::ranges::transform(pattern, pattern.begin(), http::lower);
  return NameGlob(Glob(std::move(pattern), Glob::Separators::dot), std::move(*suffix));
}

bool NameGlob::matches(const dns::FoldedName& name) const {
  return suffix_.matches(name) && glob_.matches(dns::name_text(name.bytes()));
}

}  // namespace firedrill
