#include "control/import/rpz_client.h"

#include "proxy/core/address.h"

#include <algorithm>
#include <vector>

namespace firedrill {
namespace {

constexpr std::size_t kWordsOfV4 = 5;  // the length of the prefix and four numbers

std::vector<std::string> labels_of(std::string_view text) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t dot = std::min(text.find('.', at), text.size());
    labels.emplace_back(text.substr(at, dot - at));
    at = dot + 1;
  }
  return labels;
}

}  // namespace

std::string_view rpz_trigger(std::string_view owner) {
  const std::size_t dot = owner.rfind('.');
  const std::string_view last = dot == owner.npos ? owner : owner.substr(dot + 1);
  for (const std::string_view trigger :
       {kRpzClient, std::string_view("rpz-ip"), std::string_view("rpz-nsip"),
        std::string_view("rpz-nsdname")}) {
    if (last == trigger) return trigger;
  }
  return "";
}

std::optional<std::string> rpz_client(std::string_view owner) {
  if (owner.size() <= kRpzClient.size()) return std::nullopt;
  const auto words = labels_of(owner.substr(0, owner.size() - kRpzClient.size() - 1));
  if (words.size() < 2) return std::nullopt;
  const bool v4 = words.size() == kWordsOfV4 && owner.find("zz.") == owner.npos;
  std::string text;
  for (std::size_t i = words.size(); i-- > 1;) {
    const bool gap = words[i] == "zz";
    if (!text.empty() && !text.ends_with(':')) text += v4 ? '.' : ':';
    if (gap) {
      text.append(text.empty() ? "::" : ":");
    } else {
      text.append(words[i]);
    }
  }
  text.append("/").append(words.front());
  if (!Cidr::parse(text)) return std::nullopt;
  return text;
}

}  // namespace firedrill
