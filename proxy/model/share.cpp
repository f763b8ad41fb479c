#include "proxy/model/share.h"

#include "proxy/codec/http/chars.h"
#include "proxy/core/fields.h"

#include <algorithm>

namespace firedrill {

template <>
struct Names<Share::By> {
  using enum Share::By;
  static constexpr std::pair<std::string_view, Share::By> kAll[] = {
      {"request", request}, {"connection", connection}, {"client", client}, {"header", header}};
};

namespace {

constexpr std::string_view kHeader = "header:";

// What `by` says, as a share of everything.
std::optional<Share> read_by(const Value& value, const std::string& path, Problems& problems) {
  const std::string* text = kind::word(value);
  if (text != nullptr && text->starts_with(kHeader)) {
    const auto name = text->substr(kHeader.size());
    const bool good = !name.empty() && std::ranges::all_of(name, [](char c) {
      return http::is(http::kTokenChar, c);
    });
    if (good) return Share{.of = {}, .by = Share::By::header, .header = name};
  } else if (text != nullptr) {
    for (const auto& [name, by] : Names<Share::By>::kAll) {
      if (*text == name && by != Share::By::header) return Share{.of = {}, .by = by};
    }
  }
  return kind::refuse(value, path, "request, connection, client or header:NAME", problems);
}

std::string text_of_by(const Share& share) {
  return share.by == Share::By::header ? std::string(kHeader) + share.header
                                       : std::string(name_of(share.by));
}

}  // namespace

std::optional<Share> Kind<Share>::read(const Value& value, const std::string& path,
                                       Problems& problems) {
  if (value.map() == nullptr) {
    const std::string* text = kind::notation(value);
    const auto of = text != nullptr ? parse_fraction(*text) : std::nullopt;
    if (of) return Share{.of = *of};
    return kind::refuse(value, path, expected(), problems);
  }
  Fields fields(value, path, problems);
  const std::size_t before = problems.size();
  Share share;
  const Value* of = fields.required("of");
  if (const Value* by = fields.optional("by")) {
    share = read_by(*by, fields.path_of("by"), problems).value_or(share);
  }
  if (of != nullptr) {
    share.of = Kind<Fraction>::read(*of, fields.path_of("of"), problems).value_or(share.of);
  }
  fields.finish();
  if (problems.size() != before) return std::nullopt;
  return share;
}

boost::json::object Kind<Share>::schema() {
  const boost::json::object by{{"type", "string"},
                               {"pattern", "^(request|connection|client|header:.+)$"},
                               {"default", "request"}};
  const boost::json::object whole{{"type", "object"},
                                  {"properties", {{"of", Kind<Fraction>::schema()}, {"by", by}}},
                                  {"required", boost::json::array{"of"}},
                                  {"additionalProperties", false}};
  return {{"oneOf", boost::json::array{Kind<Fraction>::schema(), whole}},
          {"description", expected()}};
}

boost::json::value Kind<Share>::write(const Share& share) {
  if (share.by == Share::By::request) return Kind<Fraction>::write(share.of);
  return {{"of", Kind<Fraction>::write(share.of)}, {"by", text_of_by(share)}};
}

}  // namespace firedrill
