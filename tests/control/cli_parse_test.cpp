#include "control/cli/parse.h"

#include <gmock/gmock.h>

namespace firedrill::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Command> commands() {
  const Argument many{.name = "NAME", .help = "", .count = Argument::Count::at_least_one};
  const Argument maybe{.name = "TYPE", .help = "", .count = Argument::Count::at_most_one};
  return {
      {.name = "serve",
       .summary = "",
       .options = {{.name = "--config", .value = "FILE", .help = "", .letter = "-c"}}},
      {.name = "fault ls", .summary = "", .options = {{.name = "--json", .value = {}, .help = ""}}},
      {.name = "fault enable",
       .summary = "",
       .arguments = {many},
       .options = {{.name = "--for", .value = "DURATION", .help = ""},
                   {.name = "--with", .value = "KEY=VALUE", .help = ""}}},
      {.name = "fault types", .summary = "", .arguments = {maybe}},
  };
}

class Parse : public testing::Test {
 protected:
  Invocation invocation(const std::vector<std::string>& words) {
    auto outcome = parse(commands_, words);
    EXPECT_TRUE(std::holds_alternative<Call>(outcome));
    return Invocation(std::get<Call>(std::move(outcome)).words, {.out = out_, .err = out_});
  }
  std::string command(const std::vector<std::string>& words) {
    const auto outcome = parse(commands_, words);
    const auto* call = std::get_if<Call>(&outcome);
    return call == nullptr ? "" : std::string(call->command->name);
  }
  Mistake mistake(const std::vector<std::string>& words) {
    const auto outcome = parse(commands_, words);
    const auto* found = std::get_if<Mistake>(&outcome);
    return found == nullptr ? Mistake{} : *found;
  }

  std::vector<Command> commands_ = commands();
  std::ostringstream out_;
};

TEST_F(Parse, FindsACommandOfOneWordAndOneOfTwo) {
  EXPECT_EQ(command({"serve"}), "serve");
  EXPECT_EQ(command({"fault", "ls"}), "fault ls");
}

TEST_F(Parse, TakesAnOptionsValueFromTheNextWordOrBehindAnEqualsSign) {
  EXPECT_EQ(invocation({"fault", "enable", "slow", "--for", "10m"}).value("--for"), "10m");
  EXPECT_EQ(invocation({"fault", "enable", "--for=10m", "slow"}).value("--for"), "10m");
  EXPECT_EQ(invocation({"fault", "enable", "slow", "--with=a=b"}).value("--with"), "a=b");
}

TEST_F(Parse, KnowsAnOptionByItsLetter) {
  EXPECT_EQ(invocation({"serve", "-c", "drill.yaml"}).value("--config"), "drill.yaml");
}

TEST_F(Parse, GivesTheDefaultOnlyWhereTheOptionIsAbsent) {
  EXPECT_EQ(invocation({"serve"}).value("--config", "x"), "x");
  EXPECT_EQ(invocation({"serve", "--config="}).value("--config", "x"), "");
}

TEST_F(Parse, KeepsEveryValueOfARepeatedOptionInOrder) {
  const auto call = invocation({"fault", "enable", "slow", "--with", "a=1", "--with", "b=2"});
  EXPECT_THAT(call.values("--with"), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(call.value("--with"), "b=2");
}

TEST_F(Parse, KnowsAFlag) {
  EXPECT_TRUE(invocation({"fault", "ls", "--json"}).has("--json"));
  EXPECT_FALSE(invocation({"fault", "ls"}).has("--json"));
  EXPECT_EQ(mistake({"fault", "ls", "--json=yes"}).what, "--json takes no value");
}

TEST_F(Parse, TakesEverythingBehindTwoDashesAsAnArgument) {
  const auto call = invocation({"fault", "enable", "--", "--for", "--help"});
  EXPECT_THAT(call.arguments(), ElementsAre("--for", "--help"));
}

TEST_F(Parse, WantsAsManyArgumentsAsTheCommandTakes) {
  EXPECT_EQ(mistake({"fault", "enable"}).what, "firedrill fault enable needs NAME");
  EXPECT_THAT(invocation({"fault", "enable", "a", "b"}).arguments(), ElementsAre("a", "b"));
  EXPECT_THAT(invocation({"fault", "types"}).arguments(), ElementsAre());
  EXPECT_EQ(mistake({"fault", "types", "a", "b"}).what, "\"b\" is one word too many");
  EXPECT_EQ(mistake({"fault", "ls", "x"}).what, "\"x\" is one word too many");
}

TEST_F(Parse, NamesTheNearestCommand) {
  EXPECT_EQ(mistake({"sevre"}).what, "no command \"sevre\"; did you mean \"serve\"?");
  EXPECT_EQ(mistake({"fault", "enabel", "x"}).what,
            "no command \"fault enabel\"; did you mean \"enable\"?");
}

TEST_F(Parse, NamesAllCommandsWhereNoneIsNear) {
  EXPECT_EQ(mistake({"xyzzy"}).what, "no command \"xyzzy\"; there are serve, fault");
  EXPECT_EQ(mistake({"fault"}).what, "firedrill fault needs one of ls, enable, types");
}

TEST_F(Parse, NamesTheNearestOption) {
  const auto wrong = mistake({"serve", "--confg", "x"});
  EXPECT_EQ(wrong.what, "no option --confg; did you mean \"--config\"?");
  EXPECT_EQ(wrong.about, "serve");
}

TEST_F(Parse, SaysWhatAnOptionWithoutItsValueNeeds) {
  EXPECT_EQ(mistake({"serve", "-c"}).what, "-c needs a value: -c FILE");
}

TEST_F(Parse, AnswersARequestForHelpAtAnyPlace) {
  const auto about = [this](const std::vector<std::string>& words) {
    const auto outcome = parse(commands_, words);
    const auto* request = std::get_if<HelpRequest>(&outcome);
    return request == nullptr ? "no request" : request->about;
  };
  EXPECT_EQ(about({"--help"}), "");
  EXPECT_EQ(about({"fault", "-h"}), "fault");
  EXPECT_EQ(about({"fault", "enable", "--for", "1m", "--help"}), "fault enable");
  EXPECT_EQ(about({"fault", "enable", "--help", "--no-such"}), "fault enable");
}

}  // namespace
}  // namespace firedrill::cli
