#include "proxy/model/access_entry.h"

#include <gtest/gtest.h>

#include <array>

namespace firedrill {
namespace {

using namespace std::chrono_literals;

TEST(AccessEntry, IsALineOfJson) {
  const std::array<std::string, 2> faults{"down", "slow"};
  const AccessEntry entry{
      .time = std::chrono::system_clock::time_point(1795370523125ms),
      .proxy = "shop",
      .client = {.address = *parse_ip("10.0.0.9"), .port = 40312},
      .method = "GET",
      .host = "shop.test",
      .path = "/cart",
      .query = "a=b",
      .status = 503,
      .request_bytes = 80,
      .response_bytes = 120,
      .duration = 1500ms,
      .upstream_duration = 250us,
      .faults = faults,
  };
  EXPECT_EQ(json_line(entry),
            R"({"time":"2026-11-22T18:02:03.125Z","proxy":"shop","client":"10.0.0.9:40312",)"
            R"("method":"GET","host":"shop.test","path":"/cart","query":"a=b","status":503,)"
            R"("request_bytes":80,"response_bytes":120,"duration":1.500000,)"
            R"("upstream_duration":0.000250,"faults":["down","slow"]})"
            "\n");
}

TEST(AccessEntry, IsValidJsonWhateverTheBytes) {
  AccessEntry entry{.time = {}, .proxy = "shop"};
  entry.path = "/\"\\\x01\n\x7f";
  entry.host = "caf\xc3\xa9 \xff\xc3";
  const std::string line = json_line(entry);
  EXPECT_NE(line.find(R"("path":"/\"\\\u0001\n)"), std::string::npos) << line;
  EXPECT_NE(line.find("\"host\":\"caf\xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd\""), std::string::npos)
      << line;
  EXPECT_NE(line.find(R"("upstream_duration":null)"), std::string::npos);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(AccessEntry, NamesClientsOfEveryFamily) {
  EXPECT_EQ(client_text({.address = *parse_ip("2001:db8::1"), .port = 7}), "[2001:db8::1]:7");
  EXPECT_EQ(client_text({}), "unix");
}

}  // namespace
}  // namespace firedrill
