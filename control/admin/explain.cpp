// /v1/explain: what would happen to something that came now, and why.

#include "control/explain.h"

#include "control/admin/endpoint.h"

namespace firedrill::admin {
namespace {

Response explain_one(const Api& api, const Request& request) {
  const auto body = parse_body(request);
  if (body.has_error()) return body.error();
  const auto answer = explain(api.store, *body);
  return answer.has_error() ? invalid(answer.error()) : Response::json(*answer);
}

}  // namespace

void add_explain(Endpoints& endpoints, const Api& api) {
  endpoints.push_back(
      {.route = operators_only(Verb::post, "/v1/explain", bind(api, explain_one)),
       .summary =
           "Tells which faults would hit a connection, request, query or event, and why not.",
       .statuses = {200, 400, 422},
       .answer = explain_answer_schema(),
       .body = explain_question_schema()});
}

}  // namespace firedrill::admin
