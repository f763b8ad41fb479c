#include "proxy/codec/json/edit.h"

#include <gtest/gtest.h>

#include <vector>

namespace firedrill::json {
namespace {

using Text = std::optional<std::string>;

Edit set(std::string_view pointer, std::string value) {
  return {.pointer = *Pointer::parse(pointer), .value = std::move(value)};
}

Edit remove(std::string_view pointer) {
  return {.pointer = *Pointer::parse(pointer)};
}

Text after(std::string_view text, const std::vector<Edit>& edits) {
  return edited(text, edits);
}

TEST(JsonEdit, ReplacesOneValueAndKeepsEveryOtherByte) {
  EXPECT_EQ(after("{ \"a\" : 1.50,\n\t\"b\":[1, 2 ,3] }\n", {set("/b/1", "\"x\"")}),
            Text("{ \"a\" : 1.50,\n\t\"b\":[1, \"x\" ,3] }\n"));
  EXPECT_EQ(after(" [1] ", {set("", "{}")}), Text(" {} "));
}

TEST(JsonEdit, TakesAMemberOutWithOneComma) {
  constexpr std::string_view kText = R"({"a": 1, "b": 2 , "c": 3})";
  EXPECT_EQ(after(kText, {remove("/a")}), Text(R"({"b": 2 , "c": 3})"));
  EXPECT_EQ(after(kText, {remove("/b")}), Text(R"({"a": 1, "c": 3})"));
  EXPECT_EQ(after(kText, {remove("/c")}), Text(R"({"a": 1, "b": 2 })"));
  EXPECT_EQ(after(R"({ "a":1 })", {remove("/a")}), Text("{  }"));
}

TEST(JsonEdit, TakesAnElementOutWithOneComma) {
  EXPECT_EQ(after("[1, 2, 3]", {remove("/0")}), Text("[2, 3]"));
  EXPECT_EQ(after("[1, 2, 3]", {remove("/2")}), Text("[1, 2]"));
  EXPECT_EQ(after("[[1]]", {remove("/0/0")}), Text("[[]]"));
}

TEST(JsonEdit, TakesOutKeysThatNeedEscapes) {
  EXPECT_EQ(after(R"({"a\"": {"x/y": 1}, "b": 2})", {remove("/a\"/x~1y")}),
            Text(R"({"a\"": {}, "b": 2})"));
}

TEST(JsonEdit, OfKeysThatRepeatTheLastIsMeant) {
  EXPECT_EQ(after(R"({"a":1,"a":2})", {set("/a", "3")}), Text(R"({"a":1,"a":3})"));
  EXPECT_EQ(after(R"({"a":{"b":1},"a":2})", {remove("/a/b")}), Text());
}

TEST(JsonEdit, EachEditSeesWhatTheOneBeforeLeft) {
  EXPECT_EQ(after("[1,2,3]",
                  {remove("/0"), set("/0", "9"), set("/1", R"({"a":0})"), set("/1/a", "null")}),
            Text(R"([9,{"a":null}])"));
}

TEST(JsonEdit, DoesAllOrNothing) {
  EXPECT_EQ(after(R"({"a":1})", {set("/a", "2"), set("/b", "3")}), Text());
  EXPECT_EQ(after(R"({"a":1})", {remove("/a/b")}), Text());
  EXPECT_EQ(after("[1]", {remove("/1")}), Text());
  EXPECT_EQ(after("[1]", {remove("")}), Text());
}

TEST(JsonEdit, LeavesWhatIsNoJsonAlone) {
  EXPECT_EQ(after("<html>", {set("", "1")}), Text());
  EXPECT_EQ(after("", {set("", "1")}), Text());
}

}  // namespace
}  // namespace firedrill::json
