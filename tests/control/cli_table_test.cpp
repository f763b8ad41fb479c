#include "control/cli/json_text.h"
#include "control/cli/table.h"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace firedrill::cli {
namespace {

TEST(Table, MakesEachColumnAsWideAsItsWidestCell) {
  Table table({"NAME", "STATE", "LEFT"});
  table.add({"slow", "active", "14m59s"});
  table.add({"payments-wrong-address", "off", ""});
  EXPECT_EQ(table.text(),
            "NAME                    STATE   LEFT\n"
            "slow                    active  14m59s\n"
            "payments-wrong-address  off\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  Table table;
  table.add({"Zürich", "1"});
  table.add({"Berlin", "2"});
  EXPECT_EQ(table.text(), "Zürich  1\nBerlin  2\n");
}

TEST(Table, ShowsNoControlCharacterToTheTerminal) {
  Table table;
  table.add({"a\x1b[2Jb\n"});
  EXPECT_EQ(table.text(), "a?[2Jb?\n");
}

TEST(Table, TakesRowsOfDifferentLengths) {
  Table table({"A"});
  table.add({"x", "y"});
  EXPECT_EQ(table.text(), "A\nx  y\n");
}

TEST(JsonText, KeepsOnOneLineWhatFits) {
  EXPECT_EQ(pretty(boost::json::parse(R"({"a": [1, 2], "b": null})")),
            "{\"a\":[1,2],\"b\":null}\n");
}

TEST(JsonText, IndentsWhatDoesNotFit) {
  const std::string text(60, 'x');
  const boost::json::object json{{"first", text}, {"second", boost::json::array{1, text}}};
  EXPECT_EQ(pretty(json),
            "{\n"
            "  \"first\": \"" +
                text +
                "\",\n"
                "  \"second\": [1,\"" +
                text +
                "\"]\n"
                "}\n");
}

TEST(JsonText, ShowsAScalarWithoutQuotes) {
  EXPECT_EQ(cell(boost::json::value("x")), "x");
  EXPECT_EQ(cell(boost::json::value(nullptr)), "");
  EXPECT_EQ(cell(boost::json::value(true)), "true");
  EXPECT_EQ(cell(boost::json::object{{"a", 1}}, "b"), "");
}

TEST(JsonText, ReadsAnOptionsValueAsJsonIfItCanBe) {
  EXPECT_EQ(value_of("503"), boost::json::value(503));
  EXPECT_EQ(value_of("100ms"), boost::json::value("100ms"));
  EXPECT_EQ(value_of("[\"A 10.0.0.1\"]"), boost::json::value(boost::json::array{"A 10.0.0.1"}));
  EXPECT_EQ(value_of("\"503\""), boost::json::value("503"));
}

TEST(JsonText, FindsTheEntriesOfAListWithAndWithoutAKey) {
  EXPECT_EQ(entries(boost::json::parse("[1]"), "faults"), boost::json::array({1}));
  EXPECT_EQ(entries(boost::json::parse(R"({"faults": [1]})"), "faults"), boost::json::array({1}));
  EXPECT_EQ(entries(boost::json::parse(R"({"faults": 1})"), "faults"), boost::json::array());
}

}  // namespace
}  // namespace firedrill::cli
