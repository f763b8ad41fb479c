#include "proxy/core/params.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

struct Sample {
  Duration delay{};
  int code = 503;
  std::string body;
  std::vector<int> list;
};

Params<Sample> params() {
  return Params<Sample>()
      .required("delay", &Sample::delay, "How long.")
      .optional("code", &Sample::code, "Which.", between(100, 599))
      .optional("body", &Sample::body, "What.")
      .optional("list", &Sample::list, "Some.")
      .check("body",
             [](const Sample& sample) { return sample.body == "no" ? "must not be no" : ""; });
}

struct Read {
  Sample sample;
  Problems problems;
};

Read read(std::string_view text) {
  Read result;
  const Value value = from_json(boost::json::parse(text));
  Fields fields(value, "with", result.problems);
  result.sample = params().read(fields);
  fields.finish();
  return result;
}

TEST(Params, ReadWhatIsThereAndKeepDefaults) {
  const Read result = read(R"({"delay":"20ms","list":[1,2]})");
  EXPECT_TRUE(result.problems.empty()) << describe(result.problems);
  EXPECT_EQ(result.sample.delay, 20ms);
  EXPECT_EQ(result.sample.code, 503);
  EXPECT_EQ(result.sample.list, (std::vector{1, 2}));
}

TEST(Params, ReportEveryMistakeWithItsPath) {
  const Read result = read(R"({"delay":"soon","code":700,"list":[1,"x"],"bod":"y"})");
  EXPECT_EQ(describe(result.problems),
            "with.delay: must be a duration such as 250us, 10ms, 1.5s, 2m or 1h, not \"soon\"\n"
            "with.code: must be from 100 to 599, not \"700\"\n"
            "with.list[1]: must be a whole number, not \"x\"\n"
            "with.bod: is not a known key; did you mean \"body\"?");
}

TEST(Params, TakeAMisspeltRequiredKeyForOneMistake) {
  EXPECT_EQ(describe(read(R"({"dely":"1s"})").problems),
            "with.dely: is not a known key; did you mean \"delay\"?");
}

TEST(Params, MissARequiredKey) {
  EXPECT_EQ(describe(read("{}").problems), "with.delay: is required");
}

TEST(Params, NameTheKnownKeysWhenNoneIsNear) {
  EXPECT_EQ(describe(read(R"({"delay":"1s","colour":1})").problems),
            "with.colour: is not a known key; known are delay, code, body, list");
}

TEST(Params, CheckAcrossKeysOnlyWhatReadsWell) {
  EXPECT_EQ(describe(read(R"({"delay":"1s","body":"no"})").problems), "with.body: must not be no");
}

TEST(Params, RefuseWhatIsNoMap) {
  EXPECT_EQ(describe(read("[]").problems),
            "with: must be a map, not a list\nwith.delay: is required");
}

TEST(Params, DescribeThemselvesAsSchema) {
  const auto schema = params().schema();
  EXPECT_EQ(schema.at("required"), boost::json::parse(R"(["delay"])"));
  EXPECT_EQ(schema.at("properties").at("code"),
            boost::json::parse(R"({"type":"integer","description":"Which.",)"
                               R"("default":503,"minimum":100,"maximum":599})"));
}

TEST(Nearest, FindsATypingMistakeButNoStranger) {
  const std::vector<std::string> keys{"listen", "upstream", "protocol"};
  EXPECT_EQ(nearest("lisen", keys), "listen");
  EXPECT_EQ(nearest("upstraem", keys), "upstream");
  EXPECT_EQ(nearest("colour", keys), "");
}

}  // namespace
}  // namespace firedrill
