#include "proxy/codec/http/chars.h"
#include "proxy/fault/answer.h"
#include "proxy/fault/persona.h"

#include <algorithm>

namespace firedrill {
namespace {

// The fields of each program, in its order and case. The connection field of HAProxy and Envoy
// comes last and only when it closes; nginx and what descends from it always say one or the other.
std::vector<HeaderLine> fields_of(Persona persona, const Page& page, AfterAnswer after) {
  const std::string length = std::to_string(page.body.size());
  const std::string& type = page.content_type;
  const std::string date(kDatePlaceholder);
  const std::string connection = after == AfterAnswer::close ? "close" : "keep-alive";
  switch (persona) {
    case Persona::plain:
      if (page.code == 204 || page.code == 304) return {};
      return {{"Content-Type", type}, {"Content-Length", length}};
    case Persona::haproxy:
      return {{"content-length", length},
              {"cache-control", page.cacheable ? "" : "no-cache"},
              {"content-type", type}};
    case Persona::nginx:
    case Persona::alb:
      return {{"Server", persona == Persona::alb ? "awselb/2.0" : "nginx/1.22.1"},
              {"Date", date},
              {"Content-Type", type},
              {"Content-Length", length},
              {"Connection", connection}};
    case Persona::envoy:
      if (page.body.empty()) return {{"date", date}, {"server", "envoy"}, {"content-length", "0"}};
      return {
          {"content-length", length}, {"content-type", type}, {"date", date}, {"server", "envoy"}};
  }
  return {};
}

void put(std::vector<HeaderLine>& fields, const HeaderLine& line) {
  const auto same = [&](const HeaderLine& field) {
    return http::equal_ignoring_case(field.name, line.name);
  };
  const auto found = std::ranges::find_if(fields, same);
  if (found == fields.end()) {
    fields.push_back(line);
  } else {
    *found = line;
  }
}

// The persona's fields with the operator's. A name that the operator repeats is repeated: only the
// first takes the persona's place.
std::vector<HeaderLine> merged(std::vector<HeaderLine> fields, const HeaderLines& extra) {
  for (auto line = extra.lines.begin(); line != extra.lines.end(); ++line) {
    const auto same = [&](const HeaderLine& other) {
      return http::equal_ignoring_case(other.name, line->name);
    };
    if (std::any_of(extra.lines.begin(), line, same)) {
      fields.push_back(*line);
    } else {
      put(fields, *line);
    }
  }
  return fields;
}

bool says_so_last(Persona persona) {
  return persona != Persona::nginx && persona != Persona::alb;
}

}  // namespace

HeadText head_of(Persona persona, const Page& page, const HeaderLines& extra, AfterAnswer after) {
  std::vector<HeaderLine> fields = fields_of(persona, page, after);
  std::erase_if(fields, [](const HeaderLine& field) { return field.value.empty(); });
  fields = merged(std::move(fields), extra);
  if (says_so_last(persona) && after == AfterAnswer::close) {
    fields.push_back({persona == Persona::plain ? "Connection" : "connection", "close"});
  }
  HeadText head;
  head.text.append("HTTP/1.1 ").append(std::to_string(page.code));
  head.text.append(" ").append(page.phrase).append("\r\n");
  for (const auto& [name, value] : fields) {
    head.text.append(name).append(": ");
    if (value == kDatePlaceholder && http::equal_ignoring_case(name, "date"))
      head.date_offset = head.text.size();
    head.text.append(value).append("\r\n");
  }
  head.text.append("\r\n");
  return head;
}

}  // namespace firedrill
