// /v1/journal: who changed what, and why.

#include "control/admin/endpoint.h"
#include "control/admin/schema.h"

#include <charconv>

namespace firedrill::admin {
namespace {

Response list(const Api& api, const Request& request) {
  std::uint64_t after = 0;
  if (const std::string_view text = request.query_value("after"); !text.empty()) {
    const char* end = text.data() + text.size();
    const auto [stop, ec] = std::from_chars(text.data(), end, after);
    if (ec != std::errc() || stop != end) return bad_request("after must be a record's number");
  }
  const Journal& journal = api.store.journal();
  std::string records;
  for (const std::string& record : journal.recent(after))
    records.append(records.empty() ? "" : ",").append(record);
  return {.body =
              "{\"records\":[" + records + "],\"lost\":" + std::to_string(journal.lost()) + "}\n"};
}

}  // namespace

void add_journal(Endpoints& endpoints, const Api& api) {
  boost::json::object answer = schema::list_of("records", "Record");
  answer["properties"].as_object()["lost"] = {
      {"type", "integer"}, {"description", "Records that the journal's file or socket refused."}};
  endpoints.push_back({.route = operators_only(Verb::get, "/v1/journal", bind(api, list)),
                       .summary = "Lists the latest records, oldest first.",
                       .statuses = {200, 400},
                       .answer = std::move(answer),
                       .query = {{"after", "Only records with a greater number than this."}}});
}

}  // namespace firedrill::admin
