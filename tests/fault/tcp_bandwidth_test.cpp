#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

// At 1KB/s a byte takes a millisecond, and a piece of 10 ms has 10 bytes.
void with_rate(Link& link, std::string_view rate) {
  link.set_stages(plan(1, stage("tcp.bandwidth", R"({"rate": ")" + std::string(rate) + R"("})")),
                  kStart);
}

void send(Link& link, std::size_t size, TimePoint now) {
  link.on_data(as_bytes(std::string(size, 'x')), now);
}

TEST(TcpBandwidth, HoldsBytesForTheirAirtime) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 7, kStart);
  EXPECT_EQ(at(link, kStart + 7ms - 1ns).size(), 0u);
  EXPECT_EQ(at(link, kStart + 7ms).size(), 7u);
}

TEST(TcpBandwidth, IsBusyUntilTheLastByteHasLeft) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 8, kStart);
  send(link, 5, kStart + 2ms);
  EXPECT_EQ(at(link, kStart + 8ms).size(), 8u);
  EXPECT_EQ(at(link, kStart + 13ms - 1ns).size(), 0u);
  EXPECT_EQ(at(link, kStart + 13ms).size(), 5u);
}

TEST(TcpBandwidth, SavesNoCreditWhileItIsIdle) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 5, kStart);
  EXPECT_EQ(at(link, kStart + 1s).size(), 5u);
  send(link, 5, kStart + 1s);
  EXPECT_EQ(link.next_due(), kStart + 1005ms);
}

TEST(TcpBandwidth, CutsLargeSegmentsIntoASmoothFlow) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 95, kStart);
  for (int i = 1; i <= 9; ++i) {
    EXPECT_EQ(at(link, kStart + i * 10ms - 1ns).size(), 0u);
    EXPECT_EQ(at(link, kStart + i * 10ms).size(), 10u);
  }
  EXPECT_EQ(at(link, kStart + 95ms).size(), 5u);
}

TEST(TcpBandwidth, KeepsBytesInOrderWhenItCuts) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  link.on_data(as_bytes("abcdefghijklmnopqrstuvwxyz"), kStart);
  EXPECT_EQ(at(link, kStart + 26ms), "abcdefghijklmnopqrstuvwxyz");
}

TEST(TcpBandwidth, ASlowLinkSendsSingleBytesButNeverALongQueueOfThem) {
  Link link(1_MiB);
  with_rate(link, "10B/s");
  send(link, 3, kStart);
  EXPECT_EQ(at(link, kStart + 100ms).size(), 1u);
  EXPECT_EQ(at(link, kStart + 1s).size(), 2u);
  // 64 KiB go in 1024 pieces of 64 bytes.
  send(link, 64_KiB, kStart + 1s);
  EXPECT_EQ(link.next_due(), kStart + 1s + 6400ms);
  EXPECT_TRUE(link.accepts_input());
}

TEST(TcpBandwidth, DoesNotDriftFromItsRate) {
  Link link(64_MiB);
  with_rate(link, "3B/s");
  for (int i = 0; i < 3000; ++i) send(link, 1, kStart);
  EXPECT_EQ(at(link, kStart + 1000s - 1ns).size(), 2999u);
  EXPECT_EQ(at(link, kStart + 1000s).size(), 1u);
}

TEST(TcpBandwidth, AnEndingLeavesWithTheLastByte) {
  Link link(1_MiB);
  with_rate(link, "1KB/s");
  send(link, 5, kStart);
  link.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(at(link, kStart + 5ms - 1ns).size(), 0u);
  EXPECT_EQ(link.ending(), std::nullopt);
  EXPECT_EQ(at(link, kStart + 5ms).size(), 5u);
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpBandwidth, RefusesARateOfNothingAndNamesTheFaultForThat) {
  EXPECT_EQ(refusal("tcp.bandwidth", R"({"rate": "0B/s"})"),
            "with.rate: must be at least 1B/s; tcp.blackhole stops all traffic");
  EXPECT_EQ(refusal("tcp.bandwidth", "{}"), "with.rate: is required");
}

}  // namespace
}  // namespace firedrill
