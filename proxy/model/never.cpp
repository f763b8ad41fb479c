#include "proxy/model/never.h"

#include "proxy/core/kind.h"

namespace firedrill {

std::optional<Never> Never::read(const Value& value, const std::string& path, Family family,
                                 Problems& problems) {
  const auto* list = value.list();
  if (list == nullptr) return kind::refuse(value, path, "a list of matches", problems);
  const std::size_t before = problems.size();
  Never never;
  never.written_ = value;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = path + "[" + std::to_string(i) + "]";
    auto match = Match::read((*list)[i], place, family, problems);
    if (!match) continue;
    if (match->asks_for_response()) {
      const Value* response = (*list)[i].find("response");
      problems.push_back({place + ".response",
                          "comes too late to keep faults off; leave it to what is asked for",
                          response->at()});
    }
    never.matches_.push_back(std::move(*match));
  }
  if (problems.size() != before) return std::nullopt;
  return never;
}

boost::json::object Never::schema() {
  return {
      {"type", "array"},
      {"items", {{"type", "object"}}},
      {"description",
       "Matches of what no fault may ever touch, in the grammar of a fault's match; a tcp fault "
       "lets alone each connection that may carry it."}};
}

}  // namespace firedrill
