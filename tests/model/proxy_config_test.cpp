#include "proxy/model/proxy_config.h"
#include "tests/model/reading.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using testing::HasSubstr;

// Every mistake in a proxy's definition, one a line.
std::string mistakes(std::string_view json) {
  Problems problems;
  const Value value = value_of(json);
  Fields fields(value, "", problems);
  ProxyConfig::read(fields);
  fields.finish();
  return describe(problems);
}

TEST(ProxyConfig, OfDnsNamesItsClientsUnlessOnlyThisMachineCanAsk) {
  const auto dns_at = [](const std::string& listen, const std::string& more = "") {
    return mistakes(R"({"name": "d", "protocol": "dns", "upstream": "system", "listen": ")" +
                    listen + "\"" + more + "}");
  };
  for (const char* loopback : {"127.0.0.1:53", "127.1.2.3:53", "[::1]:53"})
    EXPECT_EQ(dns_at(loopback), "") << loopback;
  for (const char* open : {"10.0.0.1:53", "0.0.0.0:53", "[::]:53", ":53"}) {
    EXPECT_THAT(dns_at(open), HasSubstr("allow_from: must name the clients")) << open;
    EXPECT_EQ(dns_at(open, R"(, "allow_from": ["10.0.0.0/8"])"), "") << open;
  }
}

TEST(ProxyConfig, RefusesMetadataServices) {
  for (const char* address : {"169.254.169.254", "::ffff:169.254.1.1", "fd00:ec2::254"})
    EXPECT_TRUE(is_metadata(*parse_ip(address))) << address;
  for (const char* address : {"169.253.0.1", "10.0.0.1", "fd00::254"})
    EXPECT_FALSE(is_metadata(*parse_ip(address))) << address;
  EXPECT_THAT(mistakes(R"({"name": "m", "protocol": "tcp", "listen": "127.0.0.1:1",
                           "upstream": "169.254.169.254:80"})"),
              HasSubstr("metadata address"));
}

// What a tcp proxy says of a codec, and what is wrong with that.
std::string codec_mistakes(const std::string& codec, const std::string& protocol = "tcp") {
  return mistakes(R"({"name": "p", "listen": "127.0.0.1:1", "upstream": "a:2", "protocol": ")" +
                  protocol + R"(", "codec": )" + codec + "}");
}

TEST(ProxyConfig, NamesACodecOrGivesItsOptions) {
  for (const char* codec :
       {R"("lines")", R"({"lines": {}})", R"({"lines": {"max_event_bytes": "64KiB"}})",
        R"({"varint": {"max": "1MiB"}})",
        R"({"length_prefixed": {"width": 8, "endian": "little", "offset": 2, "adjust": -10}})"})
    EXPECT_EQ(codec_mistakes(codec), "") << codec;
}

TEST(ProxyConfig, TellsEveryMistakeInACodec) {
  EXPECT_THAT(codec_mistakes(R"("line")"), HasSubstr("codec: must be one of json-seq, "));
  EXPECT_THAT(codec_mistakes(R"("line")"), HasSubstr("did you mean \"lines\"?"));
  EXPECT_THAT(codec_mistakes(R"("sse")"), HasSubstr("codec: must be one of"));
  EXPECT_THAT(codec_mistakes(R"({"lines": {}, "varint": {}})"), HasSubstr("must be one of"));
  EXPECT_THAT(codec_mistakes(R"({"lines": {"width": 2}})"),
              HasSubstr("codec.lines.width: is not a known key"));
  EXPECT_THAT(codec_mistakes(R"({"length_prefixed": {"width": 5}})"),
              HasSubstr("codec.length_prefixed.width: must be 1, 2, 3, 4 or 8"));
}

TEST(ProxyConfig, HasACodecOnlyForTcp) {
  EXPECT_THAT(codec_mistakes(R"("lines")", "http"), HasSubstr("codec: is for tcp proxies; http"));
  EXPECT_THAT(codec_mistakes(R"("lines")", "dns"), HasSubstr("codec: is for tcp proxies"));
}

}  // namespace
}  // namespace firedrill
