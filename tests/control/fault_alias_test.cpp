#include "control/config/fault_config.h"

#include "proxy/fault/registry.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace firedrill {
namespace {

Result<FaultConfig> read(std::string_view json) {
  return read_fault(from_json(boost::json::parse(json)), "broken");
}

TEST(FaultAlias, StandsForItsTypeWhichIsWhatIsShown) {
  const auto fault = read(R"({"proxy": "*", "type": "EMPTY_RESPONSE", "for": "1m"})");
  ASSERT_TRUE(fault) << describe(fault.error());
  EXPECT_EQ(fault->type, find_fault_type("http.empty"));
  EXPECT_EQ(boost::json::serialize(to_json(fault->definition)),
            R"({"name":"broken","proxy":"*","type":"http.empty","for":"1m"})");
}

TEST(FaultAlias, IsThereForEachOfWireMocksFaults) {
  const auto type = [](const std::string& alias) {
    const auto fault = read(R"({"proxy": "*", "type": ")" + alias + R"("})");
    return fault ? fault->type->name : "";
  };
  EXPECT_EQ(type("EMPTY_RESPONSE"), "http.empty");
  EXPECT_EQ(type("RANDOM_DATA_THEN_CLOSE"), "http.garbage");
  EXPECT_EQ(type("CONNECTION_RESET_BY_PEER"), "http.reset");
}

TEST(FaultAlias, MayStandForAParameterTooUnlessThatIsConfigured) {
  const auto definition = [](std::string_view with) {
    const auto fault =
        read(R"({"proxy": "*", "type": "MALFORMED_RESPONSE_CHUNK")" + std::string(with) + "}");
    EXPECT_TRUE(fault) << describe(fault.error());
    return boost::json::serialize(to_json(*fault->definition.find("with")));
  };
  EXPECT_EQ(definition(""), R"({"kind":"chunk_size"})");
  EXPECT_EQ(definition(R"(, "with": null)"), R"({"kind":"chunk_size"})");
  EXPECT_EQ(definition(R"(, "with": {"kind": "missing_terminator"})"),
            R"({"kind":"missing_terminator"})");
}

TEST(FaultAlias, TakesTheParametersOfItsType) {
  EXPECT_TRUE(read(R"({"proxy": "*", "type": "RANDOM_DATA_THEN_CLOSE", "with": {"bytes": 9}})"));
  const auto wrong = read(R"({"proxy": "*", "type": "EMPTY_RESPONSE", "with": {"bytes": 9}})");
  ASSERT_TRUE(wrong.has_error());
  EXPECT_EQ(wrong.error().front().path, "with.bytes");
}

}  // namespace
}  // namespace firedrill
