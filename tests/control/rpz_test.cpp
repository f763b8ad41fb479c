#include "control/import/rpz.h"

#include "control/import/rpz_client.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

std::string zone(std::string_view records) {
  return std::string("$ORIGIN rpz.test.\n@ 300 SOA a. b. 1 2 3 4 5\n").append(records);
}

TEST(Rpz, TheMoreExactPolicyHasTheGreaterPriority) {
  const RpzImport made = import_rpz(
      zone("a.bad 300 CNAME .\n*.bad 300 CNAME *.\n8.0.0.0.10.rpz-client-ip 300 CNAME .\n"), "*");
  EXPECT_EQ(made.faults, 3U);
  EXPECT_TRUE(made.rest.empty());
  EXPECT_EQ(made.yaml,
            "faults:\n"
            "  - name: rpz-3-a.bad\n    proxy: \"*\"\n    type: dns.nxdomain\n"
            "    priority: 200\n    match: {names: [\"a.bad\"]}\n"
            "  - name: rpz-4--.bad\n    proxy: \"*\"\n    type: dns.nodata\n"
            "    priority: 1\n    match: {names: [\"*.bad\"]}\n"
            "  - name: rpz-5-8.0.0.0.10.rpz-client-ip\n    proxy: \"*\"\n    type: dns.nxdomain\n"
            "    priority: 308\n    match: {sources: [\"10.0.0.0/8\"]}\n");
}

TEST(Rpz, AnExceptionIsTakenFromTheWildcardsAboveIt) {
  const RpzImport made = import_rpz(
      zone("*.bad 300 CNAME .\n*.a.bad 300 CNAME rpz-passthru.\nb.good 300 CNAME rpz-passthru.\n"),
      "*");
  EXPECT_EQ(made.faults, 1U);
  EXPECT_NE(made.yaml.find("except: [\"*.a.bad\"]"), std::string::npos) << made.yaml;
}

TEST(Rpz, WithoutSoaItIsNoZone) {
  const RpzImport made = import_rpz("a.bad. 300 CNAME .\n", "*");
  EXPECT_EQ(made.yaml, "faults: []\n");
  EXPECT_EQ(made.rest.size(), 1U);
}

TEST(RpzClient, IsWrittenBackwards) {
  EXPECT_EQ(rpz_client("24.0.2.0.192.rpz-client-ip"), "192.0.2.0/24");
  EXPECT_EQ(rpz_client("32.zz.db8.2001.rpz-client-ip"), "2001:db8::/32");
  EXPECT_EQ(rpz_client("128.1.zz.rpz-client-ip"), "::1/128");
  EXPECT_EQ(rpz_client("128.57.zz.100.db8.2001.rpz-client-ip"), "2001:db8:100::57/128");
  EXPECT_EQ(rpz_client("99.0.2.0.192.rpz-client-ip"), std::nullopt);
  EXPECT_EQ(rpz_client("rpz-client-ip"), std::nullopt);
}

TEST(RpzTrigger, IsTheLastLabel) {
  EXPECT_EQ(rpz_trigger("24.0.2.0.192.rpz-ip"), "rpz-ip");
  EXPECT_EQ(rpz_trigger("ns.example.rpz-nsdname"), "rpz-nsdname");
  EXPECT_EQ(rpz_trigger("www.example"), "");
}

}  // namespace
}  // namespace firedrill
