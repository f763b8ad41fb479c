#include "control/admin/call.h"

#include "control/config/json_text.h"

#include <boost/assert.hpp>

namespace firedrill::admin {
namespace {

constexpr Duration kShortest = std::chrono::milliseconds(1);

std::string text_of(const Problem& problem) {
  std::string text = (problem.path.empty() ? "the body" : problem.path) + ' ' + problem.what;
  if (problem.at.line != 0) {
    text += " (line " + std::to_string(problem.at.line) + ", column " +
            std::to_string(problem.at.column) + ")";
  }
  return text;
}

}  // namespace

Actor actor_of(const Request& request, std::string reason) {
  return {.who = request.caller.name, .from = request.from, .reason = std::move(reason)};
}

Actor actor_of(const Request& request) {
  return actor_of(request, std::string(request.query_value("reason")));
}

Response refuse(const Refusal& refusal) {
  BOOST_ASSERT(!refusal.problems.empty());
  switch (refusal.kind) {
    case Refusal::Kind::invalid:
      break;
    case Refusal::Kind::not_found:
      return not_found(refusal.problems.front().what);
    case Refusal::Kind::conflict:
      return conflict(refusal.problems.front().what);
  }
  return invalid(refusal.problems);
}

Parsed<Value> parse_body(const Request& request) {
  auto parsed = parse_json(request.body);
  if (parsed.has_error()) return bad_request(text_of(parsed.error().front()));
  return std::move(*parsed);
}

const Params<Because>& Because::params() {
  static const auto params =
      Params<Because>().optional("reason", &Because::reason, "Why, for the journal.");
  return params;
}

const Params<SkipBody>& SkipBody::params() {
  static const auto params =
      Params<SkipBody>()
          .optional("id", &SkipBody::id, "The event's own id; the last event hit when absent.")
          .optional("reason", &SkipBody::reason, "Why, for the journal.")
          .check("id", [](const SkipBody& body) {
            return body.id && body.id->empty() ? "must not be empty" : "";
          });
  return params;
}

const Params<EnableBody>& EnableBody::params() {
  static const auto params =
      Params<EnableBody>()
          .optional("for", &EnableBody::lifetime,
                    "How long it is to last; its own `for` or the default when absent.",
                    at_least(std::optional(kShortest)))
          .optional("lease", &EnableBody::lease,
                    "Ends after this unless it is enabled again before.",
                    at_least(std::optional(kShortest)))
          .optional("reason", &EnableBody::reason, "Why, for the journal.");
  return params;
}

}  // namespace firedrill::admin
