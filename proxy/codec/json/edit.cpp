#include "proxy/codec/json/edit.h"

#include "proxy/codec/json/survey.h"

#include <cstddef>

namespace firedrill::json {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr auto npos = std::string_view::npos;

// `member` and the comma that is one too many without it: the one behind, else the one before.
Place with_comma(std::string_view text, const Place& member) {
  const std::size_t end = member.begin + member.size;
  const std::size_t behind = text.find_first_not_of(kSpaces, end);
  if (behind != npos && text[behind] == ',') {
    const std::size_t next = text.find_first_not_of(kSpaces, behind + 1);
    return {.begin = member.begin, .size = next - member.begin};
  }
  const std::size_t before = text.find_last_not_of(kSpaces, member.begin - 1);
  if (before == npos || text[before] != ',') return member;
  return {.begin = before, .size = end - before};
}

std::optional<std::string> edited(std::string_view text, const Edit& edit) {
  const auto found = survey(text, &edit.pointer);
  if (!found || !found->wanted) return std::nullopt;
  if (!edit.value && !found->member) return std::nullopt;
  const Place place = edit.value ? *found->wanted : with_comma(text, *found->member);
  std::string result(text.substr(0, place.begin));
  if (edit.value) result.append(*edit.value);
  return result.append(text.substr(place.begin + place.size));
}

}  // namespace

std::optional<std::string> edited(std::string_view text, std::span<const Edit> edits) {
  std::string result(text);
  for (const Edit& edit : edits) {
    auto next = edited(std::string_view(result), edit);
    if (!next) return std::nullopt;
    result = std::move(*next);
  }
  return result;
}

}  // namespace firedrill::json
