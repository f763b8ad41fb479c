#include "control/cli/key_values.h"

#include "control/cli/json_text.h"

namespace firedrill::cli {

boost::json::object key_values(const Invocation& call, std::string_view option,
                               Problems& problems) {
  boost::json::object object;
  for (const std::string& text : call.values(option)) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      problems.push_back({std::string(option), "must be key=value, not \"" + text + "\""});
      continue;
    }
    const std::string key = text.substr(0, equals);
    auto value = value_of(text.substr(equals + 1));
    auto* earlier = object.if_contains(key);
    if (earlier == nullptr) {
      object[key] = std::move(value);
    } else if (earlier->is_array()) {
      earlier->get_array().push_back(std::move(value));
    } else {
      *earlier = boost::json::array{std::move(*earlier), std::move(value)};
    }
  }
  return object;
}

}  // namespace firedrill::cli
