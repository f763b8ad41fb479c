#include "tests/fault/support.h"

#include <bit>

namespace firedrill {
namespace {

using namespace test;

struct Difference {
  std::size_t bytes = 0;
  int bits = 0;  // of all bytes
};

Difference difference(std::string_view a, std::string_view b) {
  Difference found;
  EXPECT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const auto bits = static_cast<unsigned char>(a[i] ^ b[i]);
    found.bytes += bits != 0;
    found.bits += std::popcount(bits);
  }
  return found;
}

std::string corrupted(std::string_view with, std::string_view text) {
  Link link(64_MiB);
  link.set_stages(plan(1, stage("tcp.corrupt", with)), kStart);
  link.on_data(as_bytes(text), kStart);
  return take(link);
}

TEST(TcpCorrupt, FlipsOneBitOfTheByteAtItsOffset) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.corrupt", R"({"offset": 5})")), kStart);
  link.on_data(as_bytes("abc"), kStart);
  link.on_data(as_bytes("defghi"), kStart);
  const std::string got = take(link);
  EXPECT_EQ(got.substr(0, 5), "abcde");
  EXPECT_EQ(difference(got.substr(5, 1), "f").bits, 1);
  EXPECT_EQ(got.substr(6), "ghi");
}

TEST(TcpCorrupt, OverwritesALengthAcrossChunks) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.corrupt", R"({"offset": 2, "length": 3, "how": "overwrite",
                                                   "value": 33})")),
                  kStart);
  link.on_data(as_bytes("abc"), kStart);
  link.on_data(as_bytes("defghi"), kStart);
  EXPECT_EQ(take(link), "ab!!!fghi");
}

TEST(TcpCorrupt, OverwritesWithAnyOtherByte) {
  const std::string text(1000, 'x');
  const auto found =
      difference(corrupted(R"({"offset": 0, "length": 1000, "how": "overwrite"})", text), text);
  EXPECT_EQ(found.bytes, 1000u);
  EXPECT_GT(found.bits, 3000);
}

TEST(TcpCorrupt, ChangesItsShareOfBytes) {
  const std::string text(1'000'000, 'x');
  const auto found = difference(corrupted(R"({"rate": "0.1%"})", text), text);
  EXPECT_NEAR(static_cast<double>(found.bytes), 1000, 150);
  EXPECT_EQ(found.bits, static_cast<int>(found.bytes));
}

TEST(TcpCorrupt, DoesNotCareHowBytesAreCutIntoChunks) {
  const std::string text(10'000, 'x');
  Link link(64_MiB);
  link.set_stages(plan(1, stage("tcp.corrupt", R"({"rate": "5%"})")), kStart);
  for (std::size_t i = 0; i < text.size(); i += 7)
    link.on_data(as_bytes(std::string_view(text).substr(i, 7)), kStart);
  EXPECT_EQ(take(link), corrupted(R"({"rate": "5%"})", text));
}

TEST(TcpCorrupt, OfAllAndOfNone) {
  const std::string text(1000, 'x');
  EXPECT_EQ(difference(corrupted(R"({"rate": "100%"})", text), text).bytes, 1000u);
  EXPECT_EQ(corrupted(R"({"rate": "0%"})", text), text);
}

TEST(TcpCorrupt, LetsEndingsPass) {
  Link link(1_MiB);
  link.set_stages(plan(1, stage("tcp.corrupt", R"({"rate": "100%"})")), kStart);
  link.on_end(Segment::Kind::fin, kStart);
  EXPECT_EQ(link.ending(), Segment::Kind::fin);
}

TEST(TcpCorrupt, RefusesNoPlaceTwoPlacesAndAValueToFlip) {
  EXPECT_EQ(refusal("tcp.corrupt", "{}"), "with.rate: must be given, or offset instead of it");
  EXPECT_EQ(refusal("tcp.corrupt", R"({"rate": "1%", "offset": 1})"),
            "with.rate: must be given, or offset instead of it");
  EXPECT_EQ(refusal("tcp.corrupt", R"({"rate": "1%", "value": 1})"),
            "with.value: needs how: overwrite");
  EXPECT_EQ(refusal("tcp.corrupt", R"({"rate": "1%", "how": "overwrite", "value": 256})"),
            "with.value: must be from 0 to 255, not \"256\"");
}

}  // namespace
}  // namespace firedrill
