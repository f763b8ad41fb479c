// http.headers: header fields that are not as the other side expects them.

#include "proxy/codec/http/chars.h"
#include "proxy/codec/http/editable_head.h"
#include "proxy/codec/http/head.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/header_line.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {
namespace {

// Names of fields and how they are to be spelt: only the case differs.
struct Renames {
  std::vector<std::string> spellings;
};

struct Order {
  enum class By : std::uint8_t { names, reverse, shuffle };
  By by = By::names;
  std::vector<HeaderName> first = {};  // in front of all others, which stay in their order
};

}  // namespace

template <>
struct Kind<Renames> {
  static std::optional<Renames> read(const Value& value, const std::string& path,
                                     Problems& problems) {
    const auto* map = value.map();
    if (map == nullptr) return kind::refuse(value, path, expected(), problems);
    Renames renames;
    for (const auto& [name, spelling, at] : *map) {
      const std::string* to = kind::word(spelling);
      if (to == nullptr || !http::equal_ignoring_case(name, *to)) {
        kind::refuse(spelling, path + "." + name, "the same name in another case", problems);
        return std::nullopt;
      }
      renames.spellings.push_back(*to);
    }
    return renames;
  }
  static std::string expected() { return "a map of header names to their new spelling"; }
  static boost::json::object schema() {
    return {{"type", "object"}, {"additionalProperties", boost::json::object{{"type", "string"}}}};
  }
  static boost::json::value write(const Renames& renames) {
    boost::json::object map;
    for (const std::string& spelling : renames.spellings) map[spelling] = spelling;
    return map;
  }
};

template <>
struct Kind<Order> {
  static std::optional<Order> read(const Value& value, const std::string& path,
                                   Problems& problems) {
    if (const std::string* word = kind::word(value)) {
      if (*word == "reverse") return Order{.by = Order::By::reverse};
      if (*word == "shuffle") return Order{.by = Order::By::shuffle};
    }
    if (value.list() == nullptr) return kind::refuse(value, path, expected(), problems);
    auto names = Kind<std::vector<HeaderName>>::read(value, path, problems);
    if (!names) return std::nullopt;
    return Order{.first = std::move(*names)};
  }
  static std::string expected() {
    return "reverse, shuffle, or a list of the header names that come first";
  }
  static boost::json::object schema() {
    boost::json::object names{{"type", "array"}, {"items", Kind<HeaderName>::schema()}};
    boost::json::object word{{"enum", boost::json::array{"reverse", "shuffle"}}};
    return {{"oneOf", boost::json::array{std::move(word), std::move(names)}}};
  }
  static boost::json::value write(const Order& order) {
    if (order.by == Order::By::reverse) return "reverse";
    if (order.by == Order::By::shuffle) return "shuffle";
    return Kind<std::vector<HeaderName>>::write(order.first);
  }
};

namespace {

using http::EditableHead;
using Line = EditableHead::Line;

class HttpHeaders final : public FaultSpec {
 public:
  struct Config {
    std::vector<HeaderName> remove;
    std::optional<HeaderLines> set;
    std::optional<HeaderLines> add;
    std::optional<Renames> rename;
    std::vector<HeaderName> duplicate;
    std::optional<Order> reorder;
  };

  static const Params<Config>& params();

  explicit HttpHeaders(Config config) : config_(std::move(config)) {}

  Applied on_request(const HttpRequest& request, RequestVerdict& verdict, Rng& rng) const override {
    if (request.direction == Direction::response) return Applied::yes;
    return apply(request.head.fields, verdict.edit, rng);
  }
  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict,
                      Rng& rng) const override {
    if (response.direction == Direction::request) return Applied::yes;
    return apply(response.head.fields, verdict.edit, rng);
  }
  bool waits_for_response(Direction direction) const override {
    return direction == Direction::response;
  }

 private:
  Applied apply(const http::FieldList& fields, MessageEdit& edit, const Rng& rng) const {
    if (!changes(fields)) return Applied::no;
    edit.head = [this, rng](EditableHead& head) { change(head, rng); };
    return Applied::yes;
  }
  bool changes(const http::FieldList& fields) const;
  void change(EditableHead& head, Rng rng) const;

  Config config_;
};

bool names(const std::vector<HeaderName>& names, const Line& line) {
  return std::ranges::any_of(names, [&](const HeaderName& name) { return line.is(name.text); });
}

void rename(EditableHead& head, const Renames& renames) {
  for (Line& line : head.lines) {
    for (const std::string& spelling : renames.spellings) {
      if (line.is(spelling)) line.text.replace(0, spelling.size(), spelling);
    }
  }
}

void duplicate(EditableHead& head, const std::vector<HeaderName>& wanted) {
  std::vector<Line> lines;
  for (Line& line : head.lines) {
    const bool twice = names(wanted, line);
    lines.push_back(std::move(line));
    if (twice) lines.push_back(Line(lines.back()));
  }
  head.lines = std::move(lines);
}

void reorder(EditableHead& head, const Order& order, Rng& rng) {
  std::vector<Line>& lines = head.lines;
  if (order.by == Order::By::reverse) std::ranges::reverse(lines);
  if (order.by == Order::By::shuffle) {
    for (std::size_t left = lines.size(); left > 1; --left) {
      const auto last = static_cast<std::int64_t>(left - 1);
      std::swap(lines[left - 1], lines[static_cast<std::size_t>(rng.between(0, last))]);
    }
  }
  if (order.by != Order::By::names) return;
  const auto rank = [&](const Line& line) {
    const auto is_line = [&](const HeaderName& name) { return line.is(name.text); };
    return std::ranges::find_if(order.first, is_line) - order.first.begin();
  };
  std::ranges::stable_sort(lines, {}, rank);
}

// Whether there is anything in the head to do it to.
bool HttpHeaders::changes(const http::FieldList& fields) const {
  const auto has = [&](const HeaderName& name) { return fields.find(name.text) != nullptr; };
  const auto misspelt = [&](const std::string& spelling) {
    return std::ranges::any_of(fields.all(), [&](const http::Field& field) {
      return http::equal_ignoring_case(field.name, spelling) && field.name != spelling;
    });
  };
  if (config_.set || config_.add) return true;
  if (config_.reorder && fields.all().size() > 1) return true;
  if (config_.rename && std::ranges::any_of(config_.rename->spellings, misspelt)) return true;
  return std::ranges::any_of(config_.remove, has) || std::ranges::any_of(config_.duplicate, has);
}

void HttpHeaders::change(EditableHead& head, Rng rng) const {
  for (const HeaderName& name : config_.remove) head.remove(name.text);
  if (config_.set) {
    for (const auto& [name, value] : config_.set->lines) head.set(name, value);
  }
  if (config_.add) {
    for (const auto& [name, value] : config_.add->lines) head.add(name, value);
  }
  if (config_.rename) rename(head, *config_.rename);
  if (!config_.duplicate.empty()) duplicate(head, config_.duplicate);
  if (config_.reorder) reorder(head, *config_.reorder, rng);
}

// What is wrong with a list of names whose lines will be more or fewer than before, or "".
std::string wrong_names(const std::vector<HeaderName>& names) {
  const auto framing =
      std::ranges::find_if(names, [](const HeaderName& name) { return frames_message(name.text); });
  if (framing == names.end()) return "";
  return std::string("must not have ")
      .append(framing->text)
      .append(", which frames the message: http.malform breaks that");
}

const Params<HttpHeaders::Config>& HttpHeaders::params() {
  static const auto params =
      Params<Config>()
          .optional("remove", &Config::remove, "Names of fields; every line of them goes. First.")
          .optional("set", &Config::set,
                    "Fields and the one value that they have then, in the place of the first line "
                    "of that name, or at the end. After remove.")
          .optional("add", &Config::add,
                    "Lines that are put at the end, whether or not there are others of their "
                    "name. After set.")
          .optional("rename", &Config::rename,
                    "Names of fields and how they are to be spelt, which differs in case only, "
                    "such as {Content-Type: content-type}. After add.")
          .optional("duplicate", &Config::duplicate,
                    "Names of fields; each line of them is sent twice in a row. After rename.")
          .optional("reorder", &Config::reorder,
                    "The order of all lines: reverse, shuffle, or the names that come first. Last.")
          .check("remove",
                 [](const Config& config) -> std::string {
                   const bool idle = config.remove.empty() && !config.set && !config.add &&
                                     !config.rename && config.duplicate.empty() && !config.reorder;
                   if (idle) {
                     return "must be given, or one of set, add, rename, duplicate and reorder";
                   }
                   return wrong_names(config.remove);
                 })
          .check("duplicate", [](const Config& config) { return wrong_names(config.duplicate); });
  return params;
}

}  // namespace

extern constinit const FaultType kHttpHeaders = fault_type<HttpHeaders>({
    .name = "http.headers",
    .family = Family::http,
    .summary =
        "Changes the header fields of requests or responses: sets, adds, removes, duplicates or "
        "reorders them, or writes their names in another case.",
    .reaches_upstream = "Yes; with the changed fields when the direction is request or both.",
    .client_sees =
        "The upstream's own response, with the changed fields when the direction is response or "
        "both. Fields that frame the message are only spelt or placed otherwise. A message that "
        "has none of the fields passes as it is and counts as skipped.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
