#include "proxy/core/units.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

TEST(Units, ReadDurationsWithTheirUnit) {
  EXPECT_EQ(parse_duration("250us"), 250us);
  EXPECT_EQ(parse_duration("10ms"), 10ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0"), 0s);
}

TEST(Units, RefuseWhatIsNoDuration) {
  for (const char* text :
       {"", "10", "ms", "-1s", "1 s", "1S", "1ss", "1e3s", "nan", "infs", "1000000000h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, ReadSizesInPowersOfTwoAndTen) {
  EXPECT_EQ(parse_byte_size("512"), ByteSize{512});
  EXPECT_EQ(parse_byte_size("64KiB"), ByteSize{65536});
  EXPECT_EQ(parse_byte_size("10MB"), ByteSize{10'000'000});
  EXPECT_EQ(parse_byte_size("1.5KiB"), ByteSize{1536});
}

TEST(Units, RefuseAFractionOfAByte) {
  EXPECT_EQ(parse_byte_size("0.5"), std::nullopt);
  EXPECT_EQ(parse_byte_size("1.0001KB"), std::nullopt);
}

TEST(Units, ReadRatesInBytesAndBits) {
  EXPECT_EQ(parse_rate("1MB/s"), Rate{1e6});
  EXPECT_EQ(parse_rate("50Mbps"), Rate{6.25e6});
  EXPECT_EQ(parse_rate("1MB"), std::nullopt);
}

TEST(Units, ReadFrequenciesAsACountInATime) {
  EXPECT_EQ(parse_frequency("10/s"), (Frequency{10, 1s}));
  EXPECT_EQ(parse_frequency("100/m"), (Frequency{100, 1min}));
  EXPECT_EQ(parse_frequency("1/h"), (Frequency{1, 1h}));
  EXPECT_EQ(format(Frequency{100, 1min}), "100/m");
}

TEST(Units, RefuseWhatIsNoFrequency) {
  for (const char* text : {"", "10", "10/", "/s", "0/s", "1.5/s", "-1/s", "10/ms", "10 /s"}) {
    EXPECT_EQ(parse_frequency(text), std::nullopt) << text;
  }
}

TEST(Units, ReadSharesAsPercentOrPart) {
  EXPECT_EQ(parse_fraction("12.5%"), Fraction{0.125});
  EXPECT_EQ(parse_fraction("0.125"), Fraction{0.125});
  EXPECT_EQ(parse_fraction("100%"), Fraction{1});
  EXPECT_EQ(parse_fraction("101%"), std::nullopt);
  EXPECT_EQ(parse_fraction("1.5"), std::nullopt);
}

TEST(Units, WriteWhatReadsBackTheSame) {
  for (const Duration duration :
       {Duration(0ns), Duration(1ns), Duration(1500us), Duration(90s), Duration(2h)}) {
    EXPECT_EQ(parse_duration(format(duration)), duration) << format(duration);
  }
  EXPECT_EQ(format(Duration(90s)), "90s");
  EXPECT_EQ(format(Duration(2h)), "2h");
  EXPECT_EQ(format(ByteSize{65536}), "64KiB");
  EXPECT_EQ(format(Fraction{0.07}), "7%");
}

}  // namespace
}  // namespace firedrill
