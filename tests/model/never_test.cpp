#include "proxy/model/never.h"

#include "proxy/fault/registry.h"
#include "proxy/model/proxy_config.h"
#include "proxy/model/rule.h"
#include "tests/model/reading.h"

#include <gmock/gmock.h>

namespace firedrill {
namespace {

using testing::HasSubstr;

Never never_of(Family family, std::string_view json) {
  Problems problems;
  auto never = Never::read(value_of(json), "never", family, problems);
  EXPECT_EQ(describe(problems), "") << json;
  return never.value_or(Never());
}

// What a match that takes everything still takes of a proxy with this `never`.
Match sparing_match(Family family, std::string_view json, std::string_view match = "{}") {
  return match_of(family, match).without(std::make_shared<const Never>(never_of(family, json)));
}

TEST(Never, KeepsRequestsOutOfAMatchThatTakesEverything) {
  const Match match =
      sparing_match(Family::http, R"([{"path": "/healthz"}, {"header": {"x-smoke": "1"}}])");
  const Peer peer = peer_at("10.0.0.9");
  EXPECT_EQ(match.mismatch(peer, Request("GET /healthz").head()), Match::kVetoed);
  EXPECT_EQ(match.mismatch(peer, Request("GET /", "X-Smoke: 1\r\n").head()), Match::kVetoed);
  EXPECT_EQ(match.mismatch(peer, Request("GET /orders").head()), "");
  EXPECT_FALSE(match.everything());
}

TEST(Never, IsAskedAfterTheMatchItself) {
  const Match match =
      sparing_match(Family::http, R"([{"path": "/a/b"}])", R"({"path": "/a", "method": "GET"})");
  const Peer peer = peer_at("10.0.0.9");
  EXPECT_EQ(match.mismatch(peer, Request("POST /a/b").head()), "methods");
  EXPECT_EQ(match.mismatch(peer, Request("GET /a/b").head()), Match::kVetoed);
  EXPECT_EQ(match.mismatch(peer, Request("GET /a").head()), "");
}

TEST(Never, NeedsAllOfOneMatch) {
  const Match match = sparing_match(Family::http, R"([{"path": "/pay", "source": "10.0.0.0/8"}])");
  EXPECT_EQ(match.mismatch(peer_at("10.1.1.1"), Request("GET /pay").head()), Match::kVetoed);
  EXPECT_EQ(match.mismatch(peer_at("11.1.1.1"), Request("GET /pay").head()), "");
}

// The connection may carry such a request, and what happens to it happens to all that it carries.
TEST(Never, OfRequestsKeepsFaultsOffTheConnectionsThatMayCarryThem) {
  const auto never = std::make_shared<const Never>(
      never_of(Family::http, R"([{"path": "/healthz", "source": "10.0.0.0/8"}])"));
  const Match match = match_of(Family::tcp, "{}").without(never);
  EXPECT_EQ(match.mismatch(peer_at("10.1.1.1")), Match::kVetoed);
  EXPECT_EQ(match.mismatch(peer_at("11.1.1.1")), "");
}

TEST(Never, KeepsClientsAndQueriesOut) {
  EXPECT_EQ(sparing_match(Family::tcp, R"([{"source": "10.0.0.9"}])").mismatch(peer_at("10.0.0.9")),
            Match::kVetoed);
  const Match match =
      sparing_match(Family::dns, R"([{"names": ["*.infra.test"]}, {"qtype": "SOA"}])");
  const auto asked = [&](std::string_view name, std::uint16_t type) {
    return std::string(
        match.mismatch(peer_at("10.0.0.9"), Lookup(name, type).question(), dns::Transport::udp));
  };
  EXPECT_EQ(asked("ntp.infra.test", 1), "never");
  EXPECT_EQ(asked("shop.test", 6), "never");
  EXPECT_EQ(asked("shop.test", 1), "");
}

TEST(Never, OfAMatchWithoutPartsProtectsEverything) {
  EXPECT_EQ(sparing_match(Family::tcp, "[{}]").mismatch(peer_at("10.0.0.9")), Match::kVetoed);
}

TEST(Never, LeavesARuleAloneWhenThereIsNone) {
  const auto rule = std::make_shared<const Rule>();
  EXPECT_EQ(sparing(rule, Never()), rule);
  const auto spared = sparing(rule, never_of(Family::tcp, R"([{"source": "10.0.0.9"}])"));
  EXPECT_TRUE(rule->match.everything());
  EXPECT_FALSE(spared->match.everything());
}

// Every mistake in the `never` of a proxy of this protocol.
std::string mistakes_in(std::string_view protocol, std::string_view never) {
  Problems problems;
  const Value value =
      value_of(R"({"name": "p", "listen": "127.0.0.1:1", "upstream": "10.0.0.1:2", "protocol": ")" +
               std::string(protocol) + R"(", "never": )" + std::string(never) + "}");
  Fields fields(value, "", problems);
  const ProxyConfig config = ProxyConfig::read(fields);
  fields.finish();
  EXPECT_EQ(problems.empty(), !config.never.empty());
  return describe(problems);
}

TEST(Never, OfAProxyIsReadByItsProtocol) {
  EXPECT_EQ(mistakes_in("tcp", R"([{"sources": ["10.0.0.0/8"]}])"), "");
  EXPECT_EQ(mistakes_in("http", R"([{"path": "/healthz"}, {"healthchecks": true}])"), "");
  EXPECT_EQ(mistakes_in("dns", R"([{"names": ["a.test"], "transport": "tcp"}])"), "");
  EXPECT_THAT(mistakes_in("tcp", R"([{"path": "/healthz"}])"),
              HasSubstr("never[0].path: is not a known key"));
  EXPECT_THAT(mistakes_in("dns", R"([{}, {"qtype": "HOST"}])"), HasSubstr("never[1].qtype: "));
}

TEST(Never, TellsWhatIsWrongWithIt) {
  EXPECT_THAT(mistakes_in("http", R"({"path": "/healthz"})"),
              HasSubstr("never: must be a list of matches"));
  EXPECT_THAT(mistakes_in("http", R"([{"pth": "/healthz"}])"),
              HasSubstr(R"(never[0].pth: is not a known key; did you mean "path"?)"));
  EXPECT_THAT(mistakes_in("http", R"([{"response": {"status": [503]}}])"),
              HasSubstr("never[0].response: comes too late"));
  EXPECT_THAT(mistakes_in("http", R"([{"matches": []}])"), HasSubstr("never[0].matches: "));
  // What is wrong with the protocol is one mistake, not two.
  EXPECT_THAT(mistakes_in("htp", R"([{"pth": "/"}])"), testing::Not(HasSubstr("never")));
}

}  // namespace
}  // namespace firedrill
