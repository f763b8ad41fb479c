#include "tests/model/reading.h"

#include "proxy/model/share.h"
#include "proxy/model/trigger.h"

#include <boost/json/serialize.hpp>

namespace firedrill {
namespace {

template <class T>
std::string mistakes(std::string_view json) {
  Problems problems;
  const auto read = Kind<T>::read(value_of(json), "at", problems);
  EXPECT_EQ(read.has_value(), problems.empty());
  return describe(problems);
}

template <class T>
T read(std::string_view json) {
  Problems problems;
  const auto value = Kind<T>::read(value_of(json), "at", problems);
  EXPECT_EQ(describe(problems), "");
  return value.value_or(T{});
}

TEST(Share, IsReadFromAFractionOrAMap) {
  EXPECT_EQ(read<Share>(R"("15%")"), (Share{.of = {0.15}}));
  EXPECT_EQ(read<Share>(R"("0.125")"), (Share{.of = {0.125}}));
  EXPECT_EQ(read<Share>(R"({"of": "5%"})"), (Share{.of = {0.05}}));
  EXPECT_EQ(read<Share>(R"({"of": "5%", "by": "client"})"),
            (Share{.of = {0.05}, .by = Share::By::client}));
  EXPECT_EQ(read<Share>(R"({"of": "5%", "by": "header:x-user-id"})"),
            (Share{.of = {0.05}, .by = Share::By::header, .header = "x-user-id"}));
}

TEST(Share, IsWrittenAsItIsRead) {
  for (const auto text :
       {R"("15%")", R"({"of":"5%","by":"connection"})", R"({"of":"5%","by":"header:x-user"})"}) {
    EXPECT_EQ(boost::json::serialize(Kind<Share>::write(read<Share>(text))), text);
  }
}

TEST(Share, MistakesAreNamed) {
  EXPECT_EQ(mistakes<Share>(R"("150%")"),
            "at: must be a share such as 15%, or {of: 15%, by: request | connection | client | "
            "header:NAME}, not \"150%\"");
  EXPECT_EQ(mistakes<Share>(R"({"by": "client"})"), "at.of: is required");
  EXPECT_EQ(mistakes<Share>(R"({"of": "15%", "by": "header:"})"),
            "at.by: must be request, connection, client or header:NAME, not \"header:\"");
  EXPECT_EQ(mistakes<Share>(R"({"of": "15%", "by": "header"})"),
            "at.by: must be request, connection, client or header:NAME, not \"header\"");
  EXPECT_EQ(mistakes<Share>(R"({"of": "x", "buy": "client"})"),
            "at.of: must be a share such as 12.5% or 0.125, not \"x\"\n"
            "at.buy: is not a known key; did you mean \"by\"?");
}

// The ordinals up to ten at which it fires.
std::string fires(const Trigger& trigger) {
  std::string all;
  for (std::uint64_t ordinal = 1; ordinal <= 10; ++ordinal) {
    if (trigger.fires(ordinal)) all += (all.empty() ? "" : " ") + std::to_string(ordinal);
  }
  return all;
}

TEST(Trigger, FiresWhereAllConditionsHold) {
  EXPECT_EQ(fires({}), "1 2 3 4 5 6 7 8 9 10");
  EXPECT_EQ(fires({.first = 3}), "1 2 3");
  EXPECT_EQ(fires({.after = 7}), "8 9 10");
  EXPECT_EQ(fires({.every = 4}), "4 8");
  EXPECT_EQ(fires({.nth = {3, 7}}), "3 7");
  EXPECT_EQ(fires({.first = 6, .after = 2}), "3 4 5 6");
  EXPECT_EQ(fires({.after = 4, .every = 2}), "6 8 10");
  EXPECT_EQ(fires({.every = 3, .nth = {2, 3, 9}}), "3 9");
  EXPECT_EQ(fires({.times = 1}), "1 2 3 4 5 6 7 8 9 10") << "times is counted by the rule";
}

TEST(Trigger, IsReadWithItsOrdinalsSortedAndOnce) {
  EXPECT_EQ(read<Trigger>(R"({"nth": [7, 3, 7]})"), (Trigger{.nth = {3, 7}}));
  EXPECT_EQ(read<Trigger>(R"({"nth": 5, "times": 2})"), (Trigger{.times = 2, .nth = {5}}));
  EXPECT_TRUE(read<Trigger>("{}").always());
  EXPECT_EQ(
      boost::json::serialize(Kind<Trigger>::write(read<Trigger>(R"({"first": 9, "nth": [7, 3]})"))),
      R"({"first":9,"nth":[3,7]})");
}

TEST(Trigger, MistakesAreNamed) {
  EXPECT_EQ(mistakes<Trigger>("3"),
            "at: must be a map with first, after, every, times, nth or scope, not \"3\"");
  EXPECT_EQ(mistakes<Trigger>(R"({"first": 0})"), "at.first: must be at least 1, not \"0\"");
  EXPECT_EQ(mistakes<Trigger>(R"({"every": -1})"), "at.every: must be a whole number, not \"-1\"");
  EXPECT_EQ(mistakes<Trigger>(R"({"time": 1})"),
            "at.time: is not a known key; did you mean \"times\"?");
  EXPECT_EQ(mistakes<Trigger>(R"({"nth": []})"),
            "at.nth: must name one ordinal or more, counted from 1");
  EXPECT_EQ(mistakes<Trigger>(R"({"nth": [0, 2]})"),
            "at.nth: must name one ordinal or more, counted from 1");
  EXPECT_EQ(mistakes<Trigger>(R"({"first": 3, "after": 3})"),
            "at.first: must be more than `after`, or nothing is ever hit");
  EXPECT_EQ(mistakes<Trigger>(R"({"after": 5, "nth": [2, 5]})"),
            "at.nth: must name an ordinal that `first` and `after` allow");
}

}  // namespace
}  // namespace firedrill
