#include "control/cli/fault_definition.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <sstream>

namespace firedrill::cli {
namespace {

using Options = std::multimap<std::string, std::string, std::less<>>;

Result<boost::json::object> define(Options options) {
  std::ostringstream out;
  return definition_of(
      Invocation({.arguments = {"slow"}, .options = std::move(options)}, {.out = out, .err = out}));
}

TEST(FaultDefinition, IsWhatOneWouldWriteInAFile) {
  const auto definition = define({{"--type", "http.status"},
                                  {"--proxy", "shop"},
                                  {"--with", "code=503"},
                                  {"--with", "persona=haproxy"},
                                  {"--match", "path=/healthz"},
                                  {"--trigger", "every=5"},
                                  {"--share", "10%"},
                                  {"--direction", "both"},
                                  {"--for", "10m"}});
  ASSERT_TRUE(definition);
  EXPECT_EQ(*definition, boost::json::parse(R"({
      "proxy": "shop", "type": "http.status", "direction": "both", "share": "10%", "for": "10m",
      "with": {"code": 503, "persona": "haproxy"}, "match": {"path": "/healthz"},
      "trigger": {"every": 5}})"));
}

TEST(FaultDefinition, MakesAListOfWhatIsRepeated) {
  const auto definition = define({{"--type", "dns.answer"},
                                  {"--proxy", "a"},
                                  {"--proxy", "b"},
                                  {"--with", "records=A 10.0.0.1"},
                                  {"--with", "records=A 10.0.0.2"},
                                  {"--with", "records=A 10.0.0.3"}});
  ASSERT_TRUE(definition);
  EXPECT_EQ(*definition, boost::json::parse(R"({
      "proxy": ["a", "b"], "type": "dns.answer",
      "with": {"records": ["A 10.0.0.1", "A 10.0.0.2", "A 10.0.0.3"]}})"));
}

TEST(FaultDefinition, TellsEveryMistake) {
  const auto definition = define({{"--with", "code"}, {"--match", "=x"}});
  ASSERT_FALSE(definition);
  EXPECT_EQ(describe(definition.error()),
            "--type: is required\n"
            "--proxy: is required\n"
            "--with: must be key=value, not \"code\"\n"
            "--match: must be key=value, not \"=x\"");
}

}  // namespace
}  // namespace firedrill::cli
