#include "proxy/codec/json/edit.h"

#include "proxy/codec/json/splice.h"

namespace firedrill::json {
namespace {

std::optional<std::string> edited(std::string_view text, const Edit& edit) {
  const auto found = survey(text, &edit.pointer);
  if (!found || !found->wanted) return std::nullopt;
  if (edit.value) return splice(text, *found->wanted, *edit.value);
  const bool whole = edit.pointer.tokens().empty();
  if (whole) return std::nullopt;
  return remove_member(text, *found->wanted, found->wanted_key);
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
