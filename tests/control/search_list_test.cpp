#include "control/config/search_list.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

using List = std::vector<std::string>;

TEST(SearchList, IsThatOfTheLastLine) {
  EXPECT_EQ(parse_search_list("nameserver 192.0.2.1\nsearch a.example b.example\n"),
            (List{"a.example", "b.example"}));
  EXPECT_EQ(parse_search_list("search a.example\ndomain c.example\n"), List{"c.example"});
  EXPECT_EQ(parse_search_list("# search a.example\noptions ndots:5\n"), List{});
}

Value expanding(Value::Scalar kind, std::string text) {
  return Value(Value::Map{{.key = "expand_search", .value = Value({kind, std::move(text)})}});
}

TEST(SearchList, OfTheSystemStandsForTrue) {
  const Value expanded = with_search_list(expanding(Value::Scalar::plain, "true"));
  EXPECT_NE(expanded.find("expand_search")->list(), nullptr);
  EXPECT_NE(
      with_search_list(expanding(Value::Scalar::boolean, "true")).find("expand_search")->list(),
      nullptr);
}

TEST(SearchList, FalseIsNothingAndWhatIsNamedStays) {
  EXPECT_TRUE(
      with_search_list(expanding(Value::Scalar::plain, "false")).find("expand_search")->is_null());
  const Value named = expanding(Value::Scalar::plain, "svc.local");
  EXPECT_EQ(with_search_list(named), named);
  const Value none(Value::Map{});
  EXPECT_EQ(with_search_list(none), none);
}

}  // namespace
}  // namespace firedrill
