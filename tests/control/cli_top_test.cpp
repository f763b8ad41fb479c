#include "control/cli/top_table.h"

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>

#include <string>

namespace firedrill::cli {
namespace {

using testing::HasSubstr;

boost::json::value stats(const std::string& proxies) {
  return boost::json::parse(R"({"time": "2026-11-22T12:00:00Z", "proxies": [)" + proxies + "]}");
}

std::string http_proxy(int ok, int failed, int below_5ms, int below_10ms) {
  return R"({"name": "shop", "protocol": "http", "upstream_up": true,
            "connections": {"open": 3, "opened": )" +
         std::to_string(ok / 10) + R"(}, "bytes": {"request": 1000, "response": )" +
         std::to_string(ok * 1000) + R"(},
            "http": {"responses": {"200": )" +
         std::to_string(ok) + R"(, "503": )" + std::to_string(failed) + R"(},
                     "request_duration": {"count": )" +
         std::to_string(below_10ms) + R"(, "buckets": [{"le": 0.005, "count": )" +
         std::to_string(below_5ms) + R"(}, {"le": 0.01, "count": )" + std::to_string(below_10ms) +
         "}]}}}";
}

boost::json::value faults(int hit) {
  return boost::json::parse(
      R"({"faults": [{"name": "slow", "active": true, "type": "http.latency", "proxy": ["shop"],
                      "seconds_left": 59.6, "counters": {"hit": )" +
      std::to_string(hit) + R"(}},
                     {"name": "idle", "active": false, "type": "tcp.reset", "proxy": "db"}]})");
}

TEST(Top, ShowsRatesAndQuantilesOfWhatLiesBetweenTwoLooks) {
  const Look before{.stats = stats(http_proxy(1000, 100, 1100, 1100)), .faults = faults(7)};
  const Look now{.stats = stats(http_proxy(1300, 200, 1300, 1500)), .faults = faults(11)};
  EXPECT_EQ(top_text(before, now, 2),
            "PROXY  PROTOCOL  UP   OPEN  CONN/S  REQ/S  FAIL  P50    P99    IN/S  OUT/S\n"
            "shop   http      yes  3     15      200    25%   5.0ms  9.9ms  0B    150kB\n"
            "\n"
            "FAULT  TYPE          PROXY  LEFT  HIT  HIT/S\n"
            "slow   http.latency  shop   60s   11   2\n");
}

TEST(Top, ShowsOfATcpProxyWhatItHas) {
  const std::string proxy = R"({"name": "db", "protocol": "tcp", "upstream_up": false,
                               "connections": {"open": 0, "opened": 5},
                               "bytes": {"request": 0, "response": 0}})";
  const Look look{.stats = stats(proxy), .faults = boost::json::object()};
  EXPECT_EQ(top_text(look, look, 1),
            "PROXY  PROTOCOL  UP  OPEN  CONN/S  REQ/S  FAIL  P50  P99  IN/S  OUT/S\n"
            "db     tcp       no  0     0       -      -     -    -    0B    0B\n"
            "\n"
            "no fault is active\n");
}

TEST(Top, CountsADnsAnswerThatIsNeitherGoodNorNegativeAsFailed) {
  const auto look = [](int good, int negative, int bad) {
    const auto row = [](const char* rcode, int count) {
      return std::string(R"({"qtype": "A", "rcode": ")") + rcode + R"(", "count": )" +
             std::to_string(count) + "}";
    };
    return Look{.stats = stats(R"({"name": "dns", "protocol": "dns", "dns": {"queries": [)" +
                               row("NOERROR", good) + "," + row("NXDOMAIN", negative) + "," +
                               row("SERVFAIL", bad) + "]}}"),
                .faults = faults(0)};
  };
  const auto row = top_json(look(0, 0, 0), look(6, 2, 2), 1).at("proxies").at(0);
  EXPECT_EQ(row.at("requests_per_second"), 10.0);
  EXPECT_EQ(row.at("failed"), 0.2);
}

TEST(Top, TakesACounterThatBeganAnewAsItIs) {
  const Look before{.stats = stats(http_proxy(1000, 0, 1000, 1000)), .faults = faults(0)};
  const Look now{.stats = stats(http_proxy(10, 0, 10, 10)), .faults = faults(0)};
  EXPECT_EQ(top_json(before, now, 1).at("proxies").at(0).at("requests_per_second"), 10.0);
}

TEST(Top, ShowsAProxyThatWasNotThereBefore) {
  const Look before{.stats = stats(""), .faults = faults(0)};
  const Look now{.stats = stats(http_proxy(50, 0, 50, 50)), .faults = faults(0)};
  EXPECT_THAT(top_text(before, now, 1), HasSubstr("shop   http"));
}

}  // namespace
}  // namespace firedrill::cli
