#include "control/cli/go_flags.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace firedrill::cli {
namespace {

constexpr std::array kFlags{
    GoFlag{"host", GoFlag::Kind::text, "the host", "localhost"},
    GoFlag{"seed", GoFlag::Kind::integer, "the seed"},
    GoFlag{"metrics", GoFlag::Kind::boolean, "metrics"},
};

auto parse(const std::vector<std::string>& words) {
  return parse_go_flags(kFlags, words);
}
std::string value(const std::vector<std::string>& words, std::string_view name) {
  return std::get<GoFlagValues>(parse(words)).find(name)->second;
}
std::string mistake(const std::vector<std::string>& words) {
  return std::get<GoFlagMistake>(parse(words)).what;
}

TEST(GoFlags, TakeOneDashOrTwoAndEqualsOrABlank) {
  EXPECT_EQ(value({"-host", "a"}, "host"), "a");
  EXPECT_EQ(value({"--host=a=b"}, "host"), "a=b");
  EXPECT_EQ(value({"-host="}, "host"), "");
  EXPECT_EQ(value({}, "host"), "localhost");
}

TEST(GoFlags, TakeBooleansWithoutAWord) {
  EXPECT_EQ(value({"-metrics", "-host", "b"}, "metrics"), "true");
  EXPECT_EQ(value({"-metrics=0"}, "metrics"), "false");
}

TEST(GoFlags, EndWithTheFirstOtherWord) {
  EXPECT_EQ(value({"word", "-host", "b"}, "host"), "localhost");
}

TEST(GoFlags, AreRefusedInGosWords) {
  EXPECT_EQ(mistake({"-nope"}), "flag provided but not defined: -nope");
  EXPECT_EQ(mistake({"-host"}), "flag needs an argument: -host");
  EXPECT_EQ(mistake({"-seed", "x"}), "invalid value \"x\" for flag -seed: parse error");
  EXPECT_EQ(mistake({"---host"}), "bad flag syntax: ---host");
}

TEST(GoFlags, AskForHelp) {
  EXPECT_TRUE(std::holds_alternative<GoFlagHelp>(parse({"-h"})));
  EXPECT_TRUE(std::holds_alternative<GoFlagHelp>(parse({"--help"})));
}

}  // namespace
}  // namespace firedrill::cli
