#include "tests/control/running_api.h"

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace firedrill::admin {
namespace {

using boost::json::object;
using boost::json::value;
using testing::HasSubstr;

constexpr const char* kConfig = R"(
proxies:
  - {name: web, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
faults:
  - {name: broken, proxy: web, type: http.status, with: {code: 418}}
profiles:
  - {name: friday, faults: [broken]}
)";

// "GET /v1/faults/{name}" with names that exist.
std::pair<std::string, std::string> concrete(const std::string& described) {
  const std::size_t space = described.find(' ');
  std::string path = described.substr(space + 1);
  const std::string name = path.starts_with("/v1/proxies")    ? "web"
                           : path.starts_with("/v1/profiles") ? "friday"
                                                              : "broken";
  if (const auto open = path.find("{name}"); open != std::string::npos) {
    path.replace(open, 6, name);
  }
  return {described.substr(0, space), path};
}

// The status that a caller with `token` gets, sent to the whole table of routes.
std::set<std::string> allowed(const RunningApi& api, const std::string& token) {
  std::set<std::string> answered;
  for (const std::string& route : api.described) {
    const auto [method, path] = concrete(route);
    if (path == "/v1/events") continue;
    const std::string authorization =
        token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    const std::string reply =
        converse(api.address(), method + ' ' + path +
                                    " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    "Content-Type: application/json\r\n" +
                                    authorization + "Content-Length: 1\r\n\r\n{");
    const std::string status = reply.substr(9, 3);
    if (status != "401" && status != "403" && status != "404") answered.insert(route);
  }
  return answered;
}

RunningApi with_tokens() {
  return RunningApi(kConfig, {.tokens = Tokens::parse("viewer:ann:v\ntriage:tom:t\n"
                                                      "operator:bob:o\nhalt:button:h\n")
                                            .value()});
}

const std::set<std::string> kAnybody{"GET /livez", "GET /healthz", "GET /readyz", "GET /metrics"};

std::set<std::string> with(std::set<std::string> routes, std::initializer_list<const char*> more) {
  routes.insert(more.begin(), more.end());
  return routes;
}

TEST(Access, AnybodySeesHealthAndDullMetricsOnly) {
  EXPECT_EQ(allowed(with_tokens(), ""), kAnybody);
}

TEST(Access, ViewersSeeTrafficAndNoFaults) {
  EXPECT_EQ(allowed(with_tokens(), "v"),
            with(kAnybody, {"GET /v1/proxies", "GET /v1/proxies/{name}", "GET /v1/stats"}));
}

TEST(Access, TheTriageTeamMayHaltToo) {
  EXPECT_EQ(allowed(with_tokens(), "t"),
            with(kAnybody,
                 {"GET /v1/proxies", "GET /v1/proxies/{name}", "GET /v1/stats", "POST /v1/halt"}));
}

TEST(Access, AHaltTokenHaltsAndNoMore) {
  EXPECT_EQ(allowed(with_tokens(), "h"), with(kAnybody, {"POST /v1/halt"}));
}

TEST(Access, OperatorsMayDoEverything) {
  const RunningApi api = with_tokens();
  EXPECT_EQ(allowed(api, "o").size() + 1, api.described.size());  // all but the event stream
}

TEST(Access, OperatorRoutesSeemNotToExist) {
  const RunningApi api = with_tokens();
  const auto none = api.client("t").get("/v1/none").value();
  for (const char* path : {"/v1/faults", "/v1/metrics", "/v1/events", "/openapi.json"}) {
    const auto reply = api.client("t").get(path).value();
    EXPECT_EQ(reply.status, 404u) << path;
    EXPECT_EQ(reply.text, none.text) << path;
  }
}

TEST(Access, OperatorRoutesSeemNotToExistByAnyMethod) {
  const RunningApi api = with_tokens();
  const auto ask = [&](const std::string& line, const std::string& token) {
    return converse(api.address(), line +
                                       " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                       "Content-Type: application/json\r\nContent-Length: 0\r\n"
                                       "Authorization: Bearer " +
                                       token + "\r\n\r\n");
  };
  const std::string none = ask("DELETE /v1/none", "t");
  for (const char* path : {"/v1/faults", "/v1/metrics", "/v1/faults/broken/enable"}) {
    EXPECT_EQ(ask("OPTIONS " + std::string(path), "t"), none) << path;
  }
  EXPECT_THAT(ask("DELETE /v1/faults", "o"), HasSubstr("Allow: GET, HEAD"));
  EXPECT_THAT(ask("DELETE /v1/proxies/web/x", "v"), HasSubstr("404 "));
  EXPECT_THAT(ask("POST /v1/proxies/web", "v"), HasSubstr("Allow: GET, HEAD, PUT, PATCH, DELETE"));
}

TEST(Access, TheJournalNamesTheTokenThatChangedSomething) {
  const RunningApi api = with_tokens();
  api.client("o").post("/v1/faults/broken/enable", object()).value();
  const value records = api.client("o").get("/v1/journal").value().json.at("records");
  EXPECT_EQ(records.as_array().back().at("who"), "bob");
  EXPECT_EQ(records.as_array().back().at("from"), "127.0.0.1");
}

TEST(Access, NoReadChangesAnything) {
  RunningApi api(kConfig);
  const auto snapshot = [&] {
    return boost::json::serialize(api.get("/v1/config")) +
           boost::json::serialize(api.get("/v1/journal"));
  };
  const std::string before = snapshot();
  for (const std::string& route : api.described) {
    const auto [method, path] = concrete(route);
    if (path != "/v1/events") api.client().get(path).value();
  }
  EXPECT_EQ(snapshot(), before);
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
  RunningApi api(kConfig);
  std::set<std::string> described;
  const value document = api.get("/openapi.json");
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      std::string method(operation.key());
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      described.insert(method + ' ' + std::string(path.key()));
    }
  }
  EXPECT_EQ(described, std::set<std::string>(api.described.begin(), api.described.end()));
}

// Calls `visit` with each text under "$ref", anywhere below `node`.
void each_reference(const value& node, const std::function<void(std::string)>& visit) {
  if (const auto* array = node.if_array()) {
    for (const value& item : *array) each_reference(item, visit);
  }
  if (const auto* map = node.if_object()) {
    for (const auto& entry : *map) {
      if (entry.key() == "$ref") visit(std::string(entry.value().as_string()));
      each_reference(entry.value(), visit);
    }
  }
}

TEST(OpenApi, RefersOnlyToSchemasThatItHas) {
  RunningApi api(kConfig);
  const value document = api.get("/openapi.json");
  const object& schemas = document.at("components").at("schemas").as_object();
  std::set<std::string> used;
  each_reference(document, [&](const std::string& target) {
    constexpr std::string_view kPlace = "#/components/schemas/";
    ASSERT_TRUE(target.starts_with(kPlace)) << target;
    used.insert(target.substr(kPlace.size()));
  });
  for (const std::string& name : used) EXPECT_TRUE(schemas.contains(name)) << name;
  EXPECT_EQ(used.size(), schemas.size());
}

TEST(OpenApi, NamesTheParametersOfPathsAndTheRefusals) {
  RunningApi api(kConfig);
  const value document = api.get("/openapi.json");
  const value& operation = document.at("paths").at("/v1/faults/{name}/enable").at("post");
  EXPECT_EQ(operation.at("operationId"), "post_v1_faults_name_enable");
  EXPECT_EQ(operation.at("parameters").at(0).at("name"), "name");
  EXPECT_EQ(operation.at("parameters").at(0).at("in"), "path");
  const value& body = operation.at("requestBody").at("content").at("application/json");
  EXPECT_TRUE(body.at("schema").at("properties").as_object().contains("lease"));
  for (const char* status : {"200", "400", "404", "409", "422"}) {
    EXPECT_TRUE(operation.at("responses").as_object().contains(status)) << status;
  }
}

TEST(OpenApi, KnowsTheParametersOfEachTypeOfFault) {
  RunningApi api(kConfig);
  const value fault = api.get("/openapi.json").at("components").at("schemas").at("FaultDefinition");
  const std::string text = boost::json::serialize(fault.at("allOf"));
  EXPECT_THAT(text, HasSubstr(R"({"if":{"properties":{"type":{"const":"http.status"}}},)"
                              R"("then":{"properties":{"with":{"type":"object")"));
  EXPECT_EQ(boost::json::serialize(fault.at("required")), R"(["proxy","type"])");
}

// The data of the events that follow the first, until one is called `name`.
std::vector<std::string> follow_until(const RunningApi& api, const std::string& name,
                                      const std::function<void()>& when_open) {
  std::vector<std::string> seen;
  api.client()
      .follow("/v1/events",
              [&](const Event& event) {
                if (seen.empty()) when_open();
                seen.push_back(event.name + ' ' + event.data);
                return event.name == name ? Client::Follow::stop : Client::Follow::on;
              })
      .value();
  return seen;
}

TEST(LiveEvents, BeginWithTheStateAndTellEachChange) {
  RunningApi api(kConfig);
  const auto seen = follow_until(api, "change", [&] {
    api.client().post("/v1/faults/broken/enable", {{"reason", "drill"}}).value();
  });
  EXPECT_THAT(seen.front(), testing::StartsWith("state {\"time\":"));
  EXPECT_THAT(seen.front(), HasSubstr("\"active\":false"));
  EXPECT_THAT(seen.back(), HasSubstr("\"what\":\"fault.enable\",\"subject\":\"broken\""));
}

TEST(LiveEvents, TellTheCountersEachSecond) {
  RunningApi api(kConfig);
  const auto seen = follow_until(api, "stats", [&] { api.code_from("web"); });
  EXPECT_THAT(seen.back(), HasSubstr("\"opened\":1"));
  EXPECT_THAT(seen.back(), HasSubstr("\"faults\":[{\"name\":\"broken\""));
}

}  // namespace
}  // namespace firedrill::admin
