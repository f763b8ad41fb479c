#include "proxy/codec/json/pointer.h"

namespace firedrill::json {
namespace {

std::optional<std::string> unescape(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      plain += token[i];
      continue;
    }
    const char code = ++i < token.size() ? token[i] : '\0';
    if (code != '0' && code != '1') return std::nullopt;
    plain += code == '0' ? '~' : '/';
  }
  return plain;
}

}  // namespace

std::optional<Pointer> Pointer::parse(std::string_view text) {
  Pointer pointer;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (rest.front() != '/') return std::nullopt;
    rest.remove_prefix(1);
    const std::string_view token = rest.substr(0, rest.find('/'));
    auto plain = unescape(token);
    if (!plain) return std::nullopt;
    pointer.tokens_.push_back(std::move(*plain));
    rest.remove_prefix(token.size());
  }
  return pointer;
}

}  // namespace firedrill::json
