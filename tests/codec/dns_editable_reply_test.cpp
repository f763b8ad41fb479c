#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/records.h"
#include "tests/codec/dns_bytes.h"

#include <gtest/gtest.h>

namespace firedrill::dns {
namespace {

using testing::hex;
using testing::kOptDo;
using testing::kWwwExample;
using testing::wire;
using testing::operator+;
using Section = EditableReply::Section;

const Bytes kQuestion = kWwwExample + wire("0001 0001");
const Bytes kAddress1 = wire("c00c 0001 0001 0000003c 0004 0a000001");
const Bytes kAddress2 = wire("c00c 0001 0001 0000003c 0004 0a000002");
// www.example CNAME h.example; its target is compressed into the question.
const Bytes kAlias = wire("c00c 0005 0001 0000003c 0004 01'h' c010");
const Bytes kTarget = wire("01'h' c010 0001 0001 0000003c 0004 0a000003");

Bytes reply(std::string_view counts, const Bytes& records) {
  return wire("1234 8580") + wire(counts) + kQuestion + records;
}

EditableReply parsed(const Bytes& message) {
  auto reply = EditableReply::parse(message);
  EXPECT_TRUE(reply.has_value());
  return *reply;
}

TEST(EditableReply, LeavesEveryByteThatNobodyChanges) {
  const Bytes message = reply("0001 0001 0000 0001", kAddress1 + kOptDo) + wire("dead");
  EXPECT_EQ(hex(parsed(message).write(512)), hex(message));
}

TEST(EditableReply, ChangesTtlsFlagsAndCodeInPlace) {
  const Bytes message = reply("0001 0002 0000 0001", kAlias + kTarget + kOptDo);
  EditableReply edited = parsed(message);
  edited.change_ttls([](std::uint32_t ttl) { return ttl * 2; });
  edited.set_rcode(Rcode::bad_version);
  edited.set_flags(edited.flags() ^ flag::kAuthoritative);
  Bytes expected = message;
  write_u16(expected, 2, 0x8180);
  const std::size_t first = kHeaderSize + kQuestion.size();
  write_u32(expected, first + 6, 120);
  write_u32(expected, first + kAlias.size() + 8, 120);
  write_u32(expected, first + kAlias.size() + kTarget.size() + 5, 0x01008000);
  EXPECT_EQ(hex(edited.write(512)), hex(expected));
  EXPECT_EQ(edited.rcode(), Rcode::bad_version);
}

TEST(EditableReply, AWideCodeBecomesServfailWithoutOpt) {
  EditableReply edited = parsed(reply("0001 0001 0000 0000", kAddress1));
  edited.set_rcode(Rcode::bad_version);
  EXPECT_EQ(edited.rcode(), Rcode::server_failure);
}

TEST(EditableReply, RemovesRecordsAndKeepsOpt) {
  EditableReply edited = parsed(reply("0001 0002 0000 0001", kAddress1 + kAddress2 + kOptDo));
  auto& answers = edited.change(Section::answer);
  answers.erase(answers.begin());
  EXPECT_EQ(hex(edited.write(512)), hex(reply("0001 0001 0000 0001", kAddress2 + kOptDo)));
}

TEST(EditableReply, WritesNamesSoThatTheyMeanTheSameInAnyOrder) {
  EditableReply edited = parsed(reply("0001 0002 0000 0000", kAlias + kTarget));
  std::swap(edited.change(Section::answer)[0], edited.change(Section::answer)[1]);
  const Bytes alias = wire("c00c 0005 0001 0000003c 000b 01'h' 07'eXample' 00");
  EXPECT_EQ(hex(edited.write(512)), hex(reply("0001 0002 0000 0000", kTarget + alias)));
}

TEST(EditableReply, ReadsNamesInTheDataOfTypesThatMayCompressThem) {
  const Bytes srv = wire("c00c 0021 0001 0000003c 000a 0001 0002 0050 01'h' c010");
  const Bytes naptr = wire("c00c 0023 0001 0000003c 000d 0001 0002 01'u' 01'x' 01'r' c010 00");
  const EditableReply read = parsed(reply("0001 0002 0000 0000", srv + naptr));
  EXPECT_EQ(hex(read.answers()[0].data), hex(wire("0001 0002 0050 01'h' 07'eXample' 00")));
  EXPECT_EQ(hex(read.answers()[1].data),
            hex(wire("0001 0002 01'u' 01'x' 01'r' 07'eXample' 00 00")));
}

TEST(EditableReply, LeavesTheDataOfOtherTypesAlone) {
  const Bytes unknown = wire("c00c ff00 0001 0000003c 0002 c00c");
  EXPECT_EQ(hex(parsed(reply("0001 0001 0000 0000", unknown)).answers()[0].data), "c00c");
}

TEST(EditableReply, OverTheLimitIsTruncatedAndEmptyButForOpt) {
  Bytes records;
  for (int i = 0; i < 40; ++i) records = records + kAddress1;
  EditableReply edited = parsed(reply("0001 0028 0000 0001", records + kOptDo));
  edited.change(Section::answer);
  Bytes expected = reply("0001 0000 0000 0001", kOptDo);
  write_u16(expected, 2, 0x8780);
  EXPECT_EQ(hex(edited.write(512)), hex(expected));
  EXPECT_EQ(edited.write(2000).size(), 12 + kQuestion.size() + 40 * 16 + kOptDo.size());
}

TEST(EditableReply, RefusesPointersThatDoNotGoBackwards) {
  const auto refused = [](std::string_view record) {
    return !EditableReply::parse(reply("0001 0001 0000 0000", wire(record))).has_value();
  };
  EXPECT_TRUE(refused("c01d 0001 0001 0000003c 0004 0a000001"));  // at itself
  EXPECT_TRUE(refused("c040 0001 0001 0000003c 0004 0a000001"));  // forwards
  EXPECT_TRUE(refused("c00c 0005 0001 0000003c 0002 c029"));      // in the data, at itself
  EXPECT_TRUE(refused("c00c 0005 0001 0000003c 0001 c00c"));      // a name that leaves its data
  EXPECT_TRUE(refused("c00c 0001 0001 0000003c 0005 0a000001"));  // data behind the end
}

TEST(EditableReply, TakesARefusalWithoutAQuestion) {
  EditableReply edited = parsed(wire("1234 8185 0000 0000 0000 0000"));
  edited.change(Section::answer);
  EXPECT_EQ(hex(edited.write(512)), "123481850000000000000000");
}

TEST(EditableReply, TakesRecordsOfTheConfiguration) {
  const auto own = parse_record("A 10.9.9.9", 7);
  const auto other = parse_record("h.example. A 10.9.9.9", 7);
  const EditableRecord record = editable(own.value(), kWwwExample);
  EXPECT_EQ(record.owner, kWwwExample);
  EXPECT_EQ(record.ttl, 7u);
  EXPECT_EQ(hex(record.data), "0a090909");
  EXPECT_EQ(hex(editable(other.value(), kWwwExample).owner), hex(wire("01'h' 07'example' 00")));
}

// A name whose pointer leads into a TTL would be another after that is changed.
TEST(EditableReply, WritesAnewWhatATtlWouldChange) {
  // The first record's TTL spells "a" and the root; the second record's owner is that.
  const Bytes first = wire("c00c 0001 0001 01'a' 0000 0004 0a000001");
  const std::size_t ttl_at = kHeaderSize + kQuestion.size() + 6;
  Bytes second = wire("c000 0001 0001 0000003c 0004 0a000002");
  write_u16(second, 0, static_cast<std::uint16_t>(0xc000u | ttl_at));
  EditableReply edited = parsed(reply("0001 0002 0000 0000", first + second));
  edited.change_ttls([](std::uint32_t) { return 0u; });
  const EditableReply again = parsed(edited.write(512));
  EXPECT_EQ(hex(again.answers()[1].owner), hex(wire("01'a' 00")));
  EXPECT_EQ(again.answers()[1].ttl, 0u);
}

}  // namespace
}  // namespace firedrill::dns
