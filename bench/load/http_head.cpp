#include "bench/load/http_head.h"

#include <algorithm>

namespace firedrill::bench {
namespace {

constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
}

bool is_named(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(),
                    [](char wanted, char found) { return wanted == lower(found); });
}

}  // namespace

std::optional<std::string_view> find_field(std::string_view head, std::string_view name) {
  while (true) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = head.substr(0, end);
    if (is_named(line, name)) {
      const std::size_t value = line.find_first_not_of(" \t", name.size() + 1);
      return value == std::string_view::npos ? std::string_view() : line.substr(value);
    }
    head.remove_prefix(end + 2);
  }
}

}  // namespace firedrill::bench
