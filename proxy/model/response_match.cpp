#include "proxy/model/response_match.h"

#include "proxy/codec/http/head.h"
#include "proxy/codec/http/header_value.h"

#include <algorithm>
#include <charconv>

namespace firedrill {
namespace {

std::optional<int> parse_status(std::string_view text) {
  int status = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool good = text.size() == 3 && ec == std::errc{} && end == text.data() + text.size();
  return good && status >= 200 && status <= 599 ? std::optional(status) : std::nullopt;
}

std::optional<StatusRange> parse_range(std::string_view text) {
  if (text.size() == 3 && text.ends_with("xx") && text[0] >= '2' && text[0] <= '5') {
    const int first = (text[0] - '0') * 100;
    return StatusRange{first, first + 99};
  }
  const auto dash = text.find('-');
  const auto first = parse_status(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_status(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return StatusRange{*first, *last};
}

}  // namespace

template <>
struct Kind<StatusRange> {
  static std::optional<StatusRange> read(const Value& value, const std::string& path,
                                         Problems& problems) {
    if (const std::string* text = kind::notation(value)) {
      if (const auto range = parse_range(*text)) return range;
    }
    return kind::refuse(value, path, "a status from 200 to 599, a range such as 500-599, or 5xx",
                        problems);
  }
};

ResponseMatch ResponseMatch::read(const Value& value, const std::string& path, Problems& problems) {
  ResponseMatch match;
  Fields fields(value, path, problems);
  if (const Value* status = fields.optional("status")) {
    const std::string place = fields.path_of("status");
    auto ranges = Kind<std::vector<StatusRange>>::read(*status, place, problems);
    if (ranges && ranges->empty()) {
      fields.complain("status", "must not be empty; leave it out to match everything");
    }
    match.statuses_ = std::move(ranges).value_or(std::vector<StatusRange>());
  }
  match.headers_ = read_named_parts(fields, NameKind::header, "headers", "header");
  fields.finish();
  return match;
}

std::string_view ResponseMatch::mismatch(const http::ResponseHead& head) const {
  const auto holds = [&](const StatusRange& range) {
    return range.first <= head.status && head.status <= range.last;
  };
  const auto fits = [&](const NamedPart& part) {
    return part.text.matches(http::HeaderValue(head.fields, part.name).text());
  };
  if (!statuses_.empty() && std::ranges::none_of(statuses_, holds)) return "status";
  return std::ranges::all_of(headers_, fits) ? "" : "headers";
}

}  // namespace firedrill
