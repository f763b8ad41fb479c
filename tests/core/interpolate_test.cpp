#include "proxy/core/interpolate.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

Value plain(std::string text) {
  return Value({Value::Scalar::plain, std::move(text)});
}

std::string between(const std::string& from, const std::string& to, double part) {
  const auto value = interpolate(plain(from), plain(to), part);
  return value ? value->text()->text : "nothing";
}

TEST(Interpolate, KeepsTheNotation) {
  EXPECT_EQ(between("10", "21", 0.5), "16");
  EXPECT_EQ(between("0.5", "1", 0.5), "0.75");
  EXPECT_EQ(between("0", "100ms", 0.25), "25ms");
  EXPECT_EQ(between("1s", "2s", 0.5), "1500ms");
  EXPECT_EQ(between("64KiB", "128KiB", 0.5), "96KiB");
  EXPECT_EQ(between("1MB/s", "3MB/s", 0.5), "2MB/s");
  EXPECT_EQ(between("10%", "20%", 0.5), "15%");
  EXPECT_EQ(between("200ms", "100ms", 1), "100ms");
}

TEST(Interpolate, RefusesWhatHasNoNotationInCommon) {
  EXPECT_EQ(between("10ms", "5%", 0.5), "nothing");
  EXPECT_EQ(between("slow", "fast", 0.5), "nothing");
  EXPECT_FALSE(interpolate(Value(Value::List{}), plain("1"), 0.5));
}

}  // namespace
}  // namespace firedrill
