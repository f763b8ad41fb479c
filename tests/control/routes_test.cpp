#include "proxy/fault/registry.h"
#include "tests/control/running_api.h"

#include <boost/json/serialize.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::admin {
namespace {

using boost::json::object;
using boost::json::value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kConfig = R"(
environment: test
proxies:
  - {name: web, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
  - {name: db, protocol: tcp, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
faults:
  - {name: broken, proxy: web, type: http.status, with: {code: 418}}
  - {name: slow, proxy: db, type: tcp.latency, with: {delay: 1ms}}
  - {name: spare, proxy: web, type: http.status, with: {code: 500}}
profiles:
  - {name: friday, faults: [broken, slow]}
)";

class Routes : public testing::Test {
 protected:
  Client::Reply put(const std::string& path, const value& body) {
    return api.client().put(path, body).value();
  }
  Client::Reply patch(const std::string& path, const value& body) {
    return api.client().patch(path, body).value();
  }
  Client::Reply post(const std::string& path, const value& body = object()) {
    return api.client().post(path, body).value();
  }
  Client::Reply remove(const std::string& path) { return api.client().remove(path).value(); }
  value fault(const std::string& name) { return api.get("/v1/faults/" + name); }

  // Who, what, on what and why, of the latest record.
  std::string last_record() {
    const value records = api.get("/v1/journal").at("records");
    const value& record = records.as_array().back();
    const auto text = [&](const char* key) { return std::string(record.at(key).as_string()); };
    const bool reasoned = record.as_object().contains("reason");
    return text("who") + ' ' + text("what") + ' ' + text("subject") +
           (reasoned ? ": " + text("reason") : "");
  }

  RunningApi api{kConfig};
};

std::vector<std::string> names(const value& list) {
  std::vector<std::string> all;
  for (const value& item : list.as_array()) all.emplace_back(item.at("name").as_string());
  return all;
}

// --- proxies

TEST_F(Routes, ShowsProxiesWithThePortThatWasPicked) {
  const value listed = api.get("/v1/proxies").at("proxies");
  EXPECT_THAT(names(listed), ElementsAre("web", "db"));
  const value proxy = api.get("/v1/proxies/web");
  EXPECT_EQ(proxy.at("protocol"), "http");
  EXPECT_EQ(proxy.at("enabled"), true);
  EXPECT_THAT(std::string(proxy.at("listen").as_string()), Not(testing::EndsWith(":0")));
  EXPECT_EQ(api.client().get("/v1/proxies/none").value().status, 404u);
}

TEST_F(Routes, MakesReplacesEditsAndRemovesAProxy) {
  const object definition{
      {"protocol", "tcp"}, {"listen", "127.0.0.1:0"}, {"upstream", "127.0.0.1:1"}};
  EXPECT_EQ(put("/v1/proxies/a%2Eb?reason=more", definition).status, 201u);
  EXPECT_EQ(last_record(), "local proxy.put a.b: more");
  EXPECT_EQ(put("/v1/proxies/a.b", definition).status, 200u);
  const auto edited = patch("/v1/proxies/a.b", {{"upstream", "127.0.0.1:2"}});
  EXPECT_EQ(edited.status, 200u);
  EXPECT_EQ(edited.json.at("upstream"), "127.0.0.1:2");
  const auto removed = remove("/v1/proxies/a.b");
  EXPECT_EQ(removed.status, 204u);
  EXPECT_EQ(removed.text, "");
  EXPECT_EQ(api.client().get("/v1/proxies/a.b").value().status, 404u);
}

TEST_F(Routes, RefusesAWrongProxyAndPointsAtTheMistake) {
  const auto reply = put("/v1/proxies/new", {{"protocol", "tpc"}, {"listen", "127.0.0.1:0"}});
  EXPECT_EQ(reply.status, 422u);
  const value& error = reply.json.at("error");
  EXPECT_EQ(error.at("code"), "invalid");
  EXPECT_EQ(error.at("path"), "/protocol");
  EXPECT_EQ(error.at("problems").as_array().size(), 2u);
  EXPECT_EQ(api.client().get("/v1/proxies/new").value().status, 404u);
}

TEST_F(Routes, RefusesAProxyOnAnAddressInUseAndTheRemovalOfOneInUse) {
  const auto taken =
      put("/v1/proxies/new",
          {{"protocol", "tcp"}, {"listen", api.address()}, {"upstream", "127.0.0.1:1"}});
  EXPECT_EQ(taken.status, 409u);
  EXPECT_THAT(taken.error(), HasSubstr(api.address()));
  const auto needed = remove("/v1/proxies/web");
  EXPECT_EQ(needed.status, 409u);
  EXPECT_THAT(needed.error(), HasSubstr("broken"));
  EXPECT_EQ(patch("/v1/proxies/none", object()).status, 404u);
  EXPECT_EQ(remove("/v1/proxies/none").status, 404u);
}

// --- faults

TEST_F(Routes, ShowsFaultsWithTheirState) {
  const value listed = api.get("/v1/faults");
  EXPECT_THAT(names(listed.at("faults")), ElementsAre("broken", "slow", "spare"));
  EXPECT_TRUE(listed.at("lock").is_null());
  const value off = fault("broken");
  EXPECT_EQ(off.at("with").at("code"), 418);
  EXPECT_EQ(off.at("active"), false);
  EXPECT_TRUE(off.at("deadline").is_null());
  EXPECT_TRUE(off.at("seconds_left").is_null());
  EXPECT_EQ(off.at("counters").at("skipped").at("share"), 0);
  EXPECT_EQ(api.client().get("/v1/faults/none").value().status, 404u);
}

TEST_F(Routes, AChangeIsVisibleToTrafficWhenItsReplyHasCome) {
  const std::string healthy = api.code_from("web");
  EXPECT_NE(healthy, "418");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(post("/v1/faults/broken/enable").status, 200u);
    EXPECT_EQ(api.code_from("web"), "418");
    EXPECT_EQ(post("/v1/faults/broken/disable").status, 200u);
    EXPECT_EQ(api.code_from("web"), healthy);
  }
  EXPECT_EQ(fault("broken").at("counters").at("hit"), 20);
}

TEST_F(Routes, EnablingSaysUntilWhen) {
  const auto reply = post("/v1/faults/broken/enable", {{"for", "10m"}, {"reason", "drill 7"}});
  EXPECT_EQ(reply.json.at("active"), true);
  EXPECT_THAT(reply.json.at("seconds_left").as_double(),
              testing::AllOf(testing::Gt(590), testing::Le(600)));
  EXPECT_THAT(std::string(reply.json.at("deadline").as_string()), testing::EndsWith("Z"));
  EXPECT_EQ(last_record(), "local fault.enable broken: drill 7");
  const auto leased = post("/v1/faults/broken/enable", {{"for", "10m"}, {"lease", "5s"}});
  EXPECT_LE(leased.json.at("seconds_left").as_double(), 5);
}

TEST_F(Routes, RefusesAnActivationThatCannotBe) {
  for (const value& bad : {value("3h"), value("-1s"), value("soon"), value(5), value("0")}) {
    const auto reply = post("/v1/faults/broken/enable", {{"for", bad}});
    EXPECT_EQ(reply.status, 422u) << boost::json::serialize(bad);
    EXPECT_EQ(reply.json.at("error").at("path"), "/for");
  }
  EXPECT_EQ(post("/v1/faults/broken/enable", {{"four", "1m"}}).status, 422u);
  EXPECT_EQ(post("/v1/faults/broken/enable", boost::json::array()).status, 422u);
  EXPECT_EQ(post("/v1/faults/none/enable").status, 404u);
  EXPECT_EQ(post("/v1/faults/none/disable").status, 404u);
  EXPECT_EQ(post("/v1/faults/broken/disable", {{"for", "1m"}}).status, 422u);
  EXPECT_EQ(fault("broken").at("active"), false);
}

TEST_F(Routes, AnActivationNeedsNoBody) {
  EXPECT_THAT(api.send("POST /v1/faults/broken/enable", ""), HasSubstr("200 OK"));
  EXPECT_EQ(fault("broken").at("active"), true);
}

TEST_F(Routes, MakesReplacesAndRemovesAFault) {
  const object definition{{"proxy", "web"}, {"type", "http.status"}, {"with", {{"code", 507}}}};
  const auto made = put("/v1/faults/new", definition);
  EXPECT_EQ(made.status, 201u);
  EXPECT_EQ(made.json.at("name"), "new");
  EXPECT_EQ(made.json.at("active"), false);
  EXPECT_EQ(put("/v1/faults/new", definition).status, 200u);
  EXPECT_EQ(remove("/v1/faults/new?reason=done").status, 204u);
  EXPECT_EQ(last_record(), "local fault.remove new: done");
  EXPECT_EQ(remove("/v1/faults/new").status, 404u);
  EXPECT_EQ(remove("/v1/faults/broken").status, 409u);
}

TEST_F(Routes, AMergePatchOnAnActiveFaultActsAtOnceAndKeepsItsDeadline) {
  post("/v1/faults/broken/enable", {{"for", "10m"}});
  const auto patched = patch("/v1/faults/broken", {{"with", {{"code", 507}}}, {"for", "1m"}});
  EXPECT_EQ(patched.status, 200u);
  EXPECT_EQ(patched.json.at("active"), true);
  EXPECT_GT(patched.json.at("seconds_left").as_double(), 590);
  EXPECT_EQ(api.code_from("web"), "507");
}

TEST_F(Routes, RefusesAWrongFaultAndChangesNothing) {
  const value before = api.get("/v1/config");
  const object wrong{
      {"proxy", "web"}, {"type", "http.status"}, {"with", {{"code", 503}, {"kode", 1}}}};
  const auto reply = put("/v1/faults/new", wrong);
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(reply.json.at("error").at("path"), "/with/kode");
  EXPECT_EQ(put("/v1/faults/new", boost::json::array()).status, 422u);
  EXPECT_EQ(put("/v1/faults/new", {{"name", "other"}, {"proxy", "web"}}).status, 422u);
  EXPECT_EQ(patch("/v1/faults/broken", {{"proxy", "none"}}).status, 422u);
  EXPECT_EQ(patch("/v1/faults/none", object()).status, 404u);
  EXPECT_EQ(api.get("/v1/config"), before);
}

TEST_F(Routes, RefusesWhatIsNoJson) {
  for (const char* body : {"{", R"({"a": 1, "a": 2})", ""}) {
    const std::string reply = api.send("PUT /v1/faults/new", body);
    EXPECT_THAT(reply, HasSubstr("400 Bad Request")) << body;
    EXPECT_THAT(reply, HasSubstr("\"code\":\"bad_request\"")) << body;
  }
  for (const char* path : {"PATCH /v1/faults/broken", "PUT /v1/proxies/x", "PATCH /v1/proxies/web",
                           "POST /v1/faults/broken/enable", "POST /v1/faults/broken/disable",
                           "POST /v1/profiles/friday/enable", "POST /v1/profiles/friday/disable",
                           "POST /v1/halt", "POST /v1/unlock", "POST /v1/reload"}) {
    EXPECT_THAT(api.send(path, "{"), HasSubstr("400 Bad Request")) << path;
  }
}

// --- profiles, halt

TEST_F(Routes, SwitchesAProfileAsOne) {
  EXPECT_THAT(names(api.get("/v1/profiles").at("profiles")), ElementsAre("friday"));
  const auto on = post("/v1/profiles/friday/enable", {{"reason", "drill"}});
  EXPECT_EQ(on.json.at("active"), true);
  EXPECT_EQ(last_record(), "local profile.enable friday: drill");
  EXPECT_EQ(fault("broken").at("active"), true);
  EXPECT_EQ(fault("slow").at("active"), true);
  EXPECT_EQ(post("/v1/profiles/friday/disable").json.at("active"), false);
  EXPECT_EQ(fault("slow").at("active"), false);
  EXPECT_EQ(post("/v1/profiles/none/enable").status, 404u);
  EXPECT_EQ(post("/v1/profiles/none/disable").status, 404u);
  EXPECT_EQ(post("/v1/profiles/friday/enable", {{"for", "3h"}}).status, 422u);
}

TEST_F(Routes, HaltEndsEverythingAndALockKeepsItSo) {
  post("/v1/profiles/friday/enable");
  const auto halted = post("/v1/halt", {{"lock", true}, {"reason", "real incident"}});
  EXPECT_EQ(halted.json.at("ended"), 2);
  EXPECT_EQ(halted.json.at("lock").at("reason"), "real incident");
  EXPECT_NE(api.code_from("web"), "418");
  const auto refused = post("/v1/faults/broken/enable");
  EXPECT_EQ(refused.status, 409u);
  EXPECT_THAT(refused.error(), HasSubstr("real incident"));
  EXPECT_EQ(post("/v1/profiles/friday/enable").status, 409u);
  EXPECT_EQ(api.get("/v1/faults").at("lock").at("reason"), "real incident");
  EXPECT_TRUE(post("/v1/unlock", {{"reason", "over"}}).json.at("lock").is_null());
  EXPECT_EQ(last_record(), "local unlock : over");
  EXPECT_EQ(post("/v1/faults/broken/enable").status, 200u);
  EXPECT_TRUE(post("/v1/halt").json.at("lock").is_null());
  EXPECT_EQ(fault("broken").at("active"), false);
  EXPECT_EQ(post("/v1/halt", {{"lock", "yes"}}).status, 422u);
  EXPECT_EQ(post("/v1/unlock", {{"lock", true}}).status, 422u);
}

// --- configuration, types, journal, health

TEST_F(Routes, ShowsTheConfigurationInEffect) {
  put("/v1/faults/new", {{"proxy", "web"}, {"type", "http.status"}, {"with", {{"code", 507}}}});
  const value config = api.get("/v1/config");
  EXPECT_EQ(config.at("environment"), "test");
  EXPECT_EQ(config.at("defaults").at("max_for"), "2h");
  EXPECT_EQ(config.at("admin").at("insecure_remote"), false);
  EXPECT_THAT(names(config.at("faults")), ElementsAre("broken", "slow", "spare", "new"));
  EXPECT_THAT(names(config.at("proxies")), ElementsAre("web", "db"));
  EXPECT_THAT(names(config.at("profiles")), ElementsAre("friday"));
}

TEST_F(Routes, ShowsAConfigurationThatCouldBeLoadedAgain) {
  const auto again = read_config(from_json(api.get("/v1/config")));
  EXPECT_TRUE(again.has_value()) << describe(again.error());
}

TEST_F(Routes, ReloadsAndSaysEverythingThatIsWrong) {
  EXPECT_EQ(post("/v1/reload", {{"reason", "new file"}}).status, 200u);
  EXPECT_EQ(api.reload_reason, "new file");
  api.reload_problems = {{"", "a.yaml:1:2: proxies[0].protocol: is wrong"}, {"", "b"}};
  const auto refused = post("/v1/reload");
  EXPECT_EQ(refused.status, 422u);
  EXPECT_EQ(refused.error(), "a.yaml:1:2: proxies[0].protocol: is wrong");
  EXPECT_EQ(refused.json.at("error").at("problems").as_array().size(), 2u);
  EXPECT_EQ(post("/v1/reload", {{"file", "x"}}).status, 422u);
}

TEST_F(Routes, DescribesEveryTypeOfFault) {
  const value types = api.get("/v1/fault-types").at("types");
  ASSERT_EQ(types.as_array().size(), fault_types().size());
  for (std::size_t i = 0; i < fault_types().size(); ++i) {
    const value& shown = types.as_array()[i];
    EXPECT_EQ(std::string_view(shown.at("type").as_string()), fault_types()[i]->name);
    EXPECT_EQ(std::string_view(shown.at("summary").as_string()), fault_types()[i]->summary);
    EXPECT_EQ(shown.at("with").at("type"), "object");
    EXPECT_EQ(shown.at("direction").is_null(), !fault_types()[i]->directed);
  }
}

TEST_F(Routes, ListsTheJournalAfterARecord) {
  post("/v1/faults/broken/enable");
  const value all = api.get("/v1/journal");
  EXPECT_EQ(all.at("lost"), 0);
  const auto number = all.at("records").as_array().back().at("number").to_number<std::uint64_t>();
  post("/v1/faults/broken/disable");
  const value later = api.get("/v1/journal?after=" + std::to_string(number)).at("records");
  ASSERT_EQ(later.as_array().size(), 1u);
  EXPECT_EQ(later.at(0).at("what"), "fault.disable");
  EXPECT_EQ(api.client().get("/v1/journal?after=x").value().status, 400u);
}

TEST_F(Routes, IsReadyUntilItDrains) {
  EXPECT_EQ(api.text("/livez"), "{\"status\":\"ok\"}\n");
  EXPECT_EQ(api.text("/healthz"), "{\"status\":\"ok\"}\n");
  EXPECT_EQ(api.text("/readyz"), "{\"status\":\"ok\"}\n");
  api.ready = false;
  EXPECT_EQ(api.client().get("/readyz").value().status, 503u);
  EXPECT_EQ(api.client().get("/healthz").value().status, 200u);
}

TEST_F(Routes, HasNothingElse) {
  EXPECT_EQ(api.client().get("/").value().status, 404u);
  EXPECT_EQ(api.client().get("/proxies").value().status, 404u);
  EXPECT_EQ(remove("/v1/faults").status, 405u);
}

}  // namespace
}  // namespace firedrill::admin
