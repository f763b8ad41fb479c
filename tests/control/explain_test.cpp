#include "control/explain.h"

#include "tests/control/open_store.h"

#include <gtest/gtest.h>

#include <map>

namespace firedrill {
namespace {

// A shop whose active faults are these.
OpenStore shop_with(const std::string& faults) {
  return OpenStore(
      "proxies:\n"
      "  - {name: shop, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}\n"
      "faults:\n" +
      faults);
}

// Why each fault does not hit; "hit" for those that do, and the field where a match does not hold.
std::map<std::string, std::string> told(OpenStore& store, std::string_view question) {
  const auto answer = explain(*store.store, from_json(boost::json::parse(question)));
  EXPECT_FALSE(answer.has_error()) << describe(answer.error());
  std::map<std::string, std::string> verdicts;
  for (const auto& entry : answer->at("faults").as_array()) {
    const auto& fault = entry.as_object();
    std::string verdict =
        fault.at("hit").as_bool() ? "hit" : std::string(fault.at("reason").as_string());
    if (const auto* field = fault.if_contains("field"))
      verdict += " " + std::string(field->as_string());
    verdicts[std::string(fault.at("fault").as_string())] = verdict;
  }
  return verdicts;
}

std::string mistakes(OpenStore& store, std::string_view question) {
  const auto answer = explain(*store.store, from_json(boost::json::parse(question)));
  return answer.has_error() ? describe(answer.error()) : "";
}

using Verdicts = std::map<std::string, std::string>;

constexpr auto kSlowErrors =
    "  - {name: slow, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
    "     match: {path: /pay, response: {status: [5xx], header: {x-node: '7'}}}}\n";

TEST(Explain, WithoutAResponseSaysThatItDepends) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"}})"),
            (Verdicts{{"slow", "response"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/"}})"),
            (Verdicts{{"slow", "match match.path"}}));
}

TEST(Explain, DecidesByTheResponseThatIsGiven) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"},
                            "response": {"status": 503, "headers": ["X-Node: 7"]}})"),
            (Verdicts{{"slow", "hit"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"},
                            "response": {"status": 503}})"),
            (Verdicts{{"slow", "match match.response"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/pay"}, "response": {}})"),
            (Verdicts{{"slow", "match match.response"}}));
}

TEST(Explain, LetsShareAndTriggerDecideWhenTheResponseIsThere) {
  OpenStore store = shop_with(
      "  - {name: unlucky, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
      "     match: {response: {status: 200}}, share: 0%}\n"
      "  - {name: waits, proxy: shop, type: http.latency, with: {delay: 1s}, enabled: true,\n"
      "     match: {response: {status: 200}}, trigger: {after: 5}}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {}})"),
            (Verdicts{{"unlucky", "share"}, {"waits", "trigger"}}));
}

// As in an exchange: whoever answers the request is there before the response is.
TEST(Explain, AnswersAtTheRequestComeBeforeThoseAtTheResponse) {
  OpenStore store = shop_with(
      "  - {name: late, proxy: shop, type: http.status, with: {code: 500, reach: upstream},\n"
      "     match: {response: {status: 200}}, priority: 5, enabled: true}\n"
      "  - {name: early, proxy: shop, type: http.status, with: {code: 503}, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {"status": 200}})"),
            (Verdicts{{"late", "terminal"}, {"early", "hit"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}})"),
            (Verdicts{{"late", "response"}, {"early", "hit"}}));
}

TEST(Explain, OneOfTwoAnswersAtTheResponse) {
  OpenStore store = shop_with(
      "  - {name: low, proxy: shop, type: http.status, with: {code: 500, reach: upstream},\n"
      "     match: {response: {status: 200}}, enabled: true}\n"
      "  - {name: high, proxy: shop, type: http.status, with: {code: 503, reach: upstream},\n"
      "     match: {response: {status: 200}}, priority: 1, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {}, "response": {"status": 200}})"),
            (Verdicts{{"low", "terminal"}, {"high", "hit"}}));
}

TEST(Explain, RefusesResponsesThatCanNotBe) {
  OpenStore store = shop_with(kSlowErrors);
  EXPECT_EQ(mistakes(store, R"({"proxy": "shop", "connection": {}, "response": {}})"),
            "response: must stand beside the request that it answers");
  EXPECT_EQ(mistakes(store, R"({"proxy": "shop", "request": {}, "response": {"status": 100}})"),
            "response.status: must be from 200 to 599, not \"100\"");
  constexpr auto kNone = "response: is none that an http proxy would accept";
  for (const auto line : {"no colon", "A : b", "Content-Length: -1", "A: b\\r\\n\\r\\nX"}) {
    const std::string question = R"({"proxy": "shop", "request": {}, "response": {"headers": [")" +
                                 std::string(line) + R"("]}})";
    EXPECT_EQ(mistakes(store, question), kNone) << line;
  }
}

TEST(Explain, NamesTheMatchThatProtects) {
  OpenStore store(
      "proxies:\n"
      "  - {name: shop, protocol: http, listen: 127.0.0.1:0, upstream: 127.0.0.1:1,\n"
      "     never: [{path: /admin}, {path: /healthz, source: 10.0.0.0/8}]}\n"
      "faults:\n"
      "  - {name: broken, proxy: shop, type: http.status, with: {code: 503}, enabled: true}\n"
      "  - {name: slow, proxy: shop, type: tcp.latency, with: {delay: 1s}, enabled: true}\n"
      "  - {name: other, proxy: shop, type: http.hang, match: {path: /x}, enabled: true}\n");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/admin"}})"),
            (Verdicts{{"broken", "never never[0]"},
                      {"slow", "never never[0]"},
                      {"other", "match match.path"}}));
  EXPECT_EQ(told(store, R"({"proxy": "shop",
                            "request": {"path": "/healthz", "source": "10.0.0.9"}})")["broken"],
            "never never[1]");
  EXPECT_EQ(told(store, R"({"proxy": "shop", "request": {"path": "/healthz"}})")["broken"], "hit");
}

}  // namespace
}  // namespace firedrill
