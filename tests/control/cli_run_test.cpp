#include "control/cli/commands.h"
#include "control/cli/help.h"
#include "control/cli/run.h"
#include "proxy/fault/registry.h"

#include <gmock/gmock.h>

#include <sstream>

namespace firedrill::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

Outcome firedrill(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = run(words, out, err);
  return {status, out.str(), err.str()};
}

TEST(CommandLine, WithoutACommandShowsTheOverviewAsAMistake) {
  const auto [status, out, err] = firedrill({});
  EXPECT_EQ(status, 2);
  EXPECT_EQ(out, "");
  EXPECT_THAT(err, StartsWith("usage: firedrill COMMAND"));
}

TEST(CommandLine, TellsOfAMistakeAndWhereToReadMore) {
  const auto [status, out, err] = firedrill({"fault", "enable"});
  EXPECT_EQ(status, 2);
  EXPECT_EQ(err,
            "firedrill: firedrill fault enable needs NAME\nSee firedrill fault enable --help.\n");
}

TEST(CommandLine, HelpsWithEveryCommand) {
  for (const Command& command : all_commands()) {
    std::istringstream name{std::string(command.name)};
    std::vector<std::string> words{std::istream_iterator<std::string>(name), {}};
    words.emplace_back("--help");
    const auto [status, out, err] = firedrill(words);
    EXPECT_EQ(status, 0);
    if (command.run_words != nullptr) {
      EXPECT_THAT(err, StartsWith("Usage of firedrill " + std::string(command.name) + ":"));
      continue;
    }
    EXPECT_THAT(out, StartsWith("usage: firedrill " + std::string(command.name)));
    for (const Option& option : command.options) {
      EXPECT_THAT(out, HasSubstr(std::string(option.name))) << command.name;
    }
  }
}

TEST(CommandLine, ListsTheCommandsOfAGroup) {
  const auto [status, out, err] = firedrill({"profile", "--help"});
  EXPECT_EQ(status, 0);
  EXPECT_THAT(out, HasSubstr("  profile enable  "));
  EXPECT_THAT(out, testing::Not(HasSubstr("fault enable")));
}

TEST(CommandLine, ShowsArgumentsAndOptionsInColumns) {
  const std::vector<Command> commands{
      {.name = "eat",
       .summary = "eats things",
       .arguments = {{.name = "THING", .help = "what", .count = Argument::Count::at_least_one}},
       .options = {{.name = "--with", .value = "TOOL", .help = "how", .letter = "-w"}},
       .details = "Slowly."}};
  EXPECT_EQ(help(commands, "eat"),
            "usage: firedrill eat THING... [OPTION...]\n"
            "\n"
            "eats things\n"
            "\n"
            "  THING            what\n"
            "  -w, --with TOOL  how\n"
            "  -h, --help       shows this\n"
            "\n"
            "Slowly.\n");
}

TEST(CommandLine, TellsTheVersion) {
  EXPECT_EQ(firedrill({"version"}).out, "firedrill " FIREDRILL_VERSION "\n");
}

TEST(CommandLine, ExplainsEveryFaultType) {
  const auto list = firedrill({"fault", "types"});
  EXPECT_EQ(list.status, 0);
  for (const FaultType* type : fault_types()) {
    EXPECT_THAT(list.out, HasSubstr("\n" + std::string(type->name) + "  "));
    const auto one = firedrill({"fault", "types", std::string(type->name)});
    EXPECT_EQ(one.status, 0);
    EXPECT_THAT(one.out, HasSubstr(std::string(type->client_sees)));
    const boost::json::object schema = type->schema();
    for (const auto& parameter : schema.at("properties").as_object()) {
      EXPECT_THAT(one.out, HasSubstr("\n  " + std::string(parameter.key()) + "  "));
    }
  }
}

TEST(CommandLine, NamesTheNearestFaultType) {
  const auto [status, out, err] = firedrill({"fault", "types", "tcp.latancy"});
  EXPECT_EQ(status, 1);
  EXPECT_EQ(err, "firedrill: no fault type \"tcp.latancy\"; did you mean \"tcp.latency\"?\n");
}

TEST(CommandLine, SaysThatNothingListensAtTheAdminAddress) {
  const auto [status, out, err] = firedrill({"fault", "ls", "--admin", "unix:/nowhere/admin.sock"});
  EXPECT_EQ(status, 1);
  EXPECT_THAT(err, StartsWith("firedrill: cannot reach the admin API at unix:/nowhere/admin.sock"));
}

TEST(CommandLine, RefusesAnAdminAddressThatIsNone) {
  const auto [status, out, err] = firedrill({"fault", "ls", "--admin", "nowhere"});
  EXPECT_EQ(status, 1);
  EXPECT_THAT(err, StartsWith("firedrill: --admin: must be host:port"));
}

TEST(CommandLine, TellsWhatAServerNeeds) {
  const auto [status, out, err] = firedrill({"serve", "--log-level", "loud"});
  EXPECT_EQ(status, 2);
  EXPECT_THAT(err, HasSubstr("--log-level: must be one of debug, info, warning, error"));
  EXPECT_THAT(err, HasSubstr("--config: is required"));
}

}  // namespace
}  // namespace firedrill::cli
