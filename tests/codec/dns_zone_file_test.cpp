#include "proxy/codec/dns/zone_file.h"

#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

TEST(ZoneFile, ReadsRecordsWithTheirLines) {
  const ZoneFile zone = parse_zone(
      "$ORIGIN Example.\n$TTL 300\n@ SOA ns. root. 1 2 3 4 5\n\nwww 60 IN A 10.0.0.1\n"
      "    AAAA fd00::1 ; the same owner\n");
  EXPECT_TRUE(zone.mistakes.empty());
  ASSERT_EQ(zone.records.size(), 3U);
  EXPECT_EQ(zone.records[0].owner, "example");
  EXPECT_EQ(zone.records[1].owner, "www.example");
  EXPECT_EQ(zone.records[1].ttl, 60U);
  EXPECT_EQ(zone.records[1].type, "A");
  EXPECT_EQ(zone.records[1].data, "10.0.0.1");
  EXPECT_EQ(zone.records[1].line, 5);
  EXPECT_EQ(zone.records[2].owner, "www.example");
  EXPECT_EQ(zone.records[2].ttl, 300U);
}

TEST(ZoneFile, ReadsOnBehindAMistake) {
  const ZoneFile zone = parse_zone("a. 60 A 10.0.0.999\nb. 60 A 10.0.0.1\n");
  ASSERT_EQ(zone.mistakes.size(), 1U);
  EXPECT_EQ(zone.mistakes[0].line, 1);
  ASSERT_EQ(zone.records.size(), 1U);
  EXPECT_EQ(zone.records[0].owner, "b");
}

TEST(ZoneFile, MayBeEmpty) {
  EXPECT_TRUE(parse_zone("").records.empty());
}

}  // namespace
}  // namespace firedrill::dns
