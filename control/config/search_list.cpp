#include "control/config/search_list.h"

#include "proxy/session/file_text.h"

#include <algorithm>
#include <sstream>

namespace firedrill {
namespace {

constexpr std::string_view kKey = "expand_search";
constexpr const char* kResolvConf = "/etc/resolv.conf";

Value system_search_list(Position at) {
  const auto text = file_text(kResolvConf);
  Value::List suffixes;
  for (std::string& domain : parse_search_list(text ? *text : "")) {
    suffixes.push_back(Value({Value::Scalar::string, std::move(domain)}, at));
  }
  return Value(std::move(suffixes), at);
}

}  // namespace

std::vector<std::string> parse_search_list(std::string_view text) {
  std::vector<std::string> domains;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != "search" && word != "domain") continue;
    domains.clear();
    while (words >> word) domains.push_back(word);
  }
  return domains;
}

Value with_search_list(const Value& match) {
  const Value* given = match.find(kKey);
  const Value::Text* text = given == nullptr ? nullptr : given->text();
  const bool plain = text != nullptr && text->kind != Value::Scalar::string;
  if (!plain || (text->text != "true" && text->text != "false")) return match;
  Value::Map entries = *match.map();
  const auto entry = std::ranges::find(entries, kKey, &Value::Entry::key);
  entry->value = text->text == "true" ? system_search_list(given->at()) : Value::null(given->at());
  return Value(std::move(entries), match.at());
}

Value with_search_lists(const Value& proxy) {
  const Value* never = proxy.find("never");
  if (never == nullptr || never->list() == nullptr) return proxy;
  Value::List matches;
  for (const Value& match : *never->list()) matches.push_back(with_search_list(match));
  Value::Map entries = *proxy.map();
  std::ranges::find(entries, "never", &Value::Entry::key)->value =
      Value(std::move(matches), never->at());
  return Value(std::move(entries), proxy.at());
}

}  // namespace firedrill
