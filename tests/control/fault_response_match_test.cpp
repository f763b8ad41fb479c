#include "control/config/fault_config.h"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace firedrill {
namespace {

// What is wrong with a fault of this type and these other keys, whose match asks for the response.
std::string mistakes_of(std::string_view type, std::string_view keys) {
  const std::string json = R"({"name": "one", "proxy": "shop", "type": ")" + std::string(type) +
                           R"(", "match": {"response": {"status": "5xx"}}, )" + std::string(keys) +
                           "}";
  Problems problems;
  read_fault_config(from_json(boost::json::parse(json)), "", problems);
  return describe(problems);
}

constexpr std::string_view kTooEarly = "match: can't ask for the response: as configured, ";

TEST(FaultResponseMatch, IsForWhatWaitsForTheResponse) {
  EXPECT_EQ(mistakes_of("http.latency", R"("with": {"delay": "1s"})"), "");
  EXPECT_EQ(mistakes_of("http.status", R"("with": {"code": 503, "reach": "upstream"})"), "");
}

TEST(FaultResponseMatch, IsRefusedForWhatActsBefore) {
  EXPECT_EQ(mistakes_of("http.status", R"("with": {"code": 503})"),
            std::string(kTooEarly) + "http.status acts before there is one");
  for (const auto direction : {"request", "both"}) {
    const std::string keys =
        R"("with": {"delay": "1s"}, "direction": ")" + std::string(direction) + '"';
    EXPECT_EQ(mistakes_of("http.latency", keys),
              std::string(kTooEarly) + "http.latency acts before there is one");
  }
}

TEST(FaultResponseMatch, HoldsForEveryVariant) {
  constexpr auto kLate = R"("with": {"reach": "upstream"},
      "variants": [{"with": {"code": 500}}, {"with": {"code": 503}}])";
  EXPECT_EQ(mistakes_of("http.status", kLate), "");
  constexpr auto kMixed = R"("with": {"reach": "upstream"},
      "variants": [{"with": {"code": 500}}, {"with": {"code": 503, "reach": "none"}}])";
  EXPECT_EQ(mistakes_of("http.status", kMixed),
            std::string(kTooEarly) + "http.status acts before there is one");
}

TEST(FaultResponseMatch, IsAskedOfEveryStepOfARamp) {
  constexpr auto kRamp = R"("with": {"delay": "1ms"}, "shape": {"ramp": {
      "field": "with.delay", "from": "1ms", "to": "1s", "over": "1m"}})";
  EXPECT_EQ(mistakes_of("http.latency", kRamp), "");
  EXPECT_EQ(mistakes_of("http.latency", std::string(kRamp) + R"(, "direction": "request")"),
            std::string(kTooEarly) + "http.latency acts before there is one");
}

TEST(FaultResponseMatch, WithoutConditionsAsksForNothing) {
  Problems problems;
  const FaultConfig fault = read_fault_config(
      from_json(boost::json::parse(R"({"name": "one", "proxy": "shop", "type": "http.status",
                                       "with": {"code": 503}, "match": {"response": {}}})")),
      "", problems);
  EXPECT_EQ(describe(problems), "");
  EXPECT_FALSE(fault.match.asks_for_response());
}

}  // namespace
}  // namespace firedrill
