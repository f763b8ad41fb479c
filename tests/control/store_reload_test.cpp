#include "tests/control/open_store.h"
#include "tests/control/running_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace firedrill {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kStart = R"(
proxies:
  - {name: a, protocol: tcp, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
  - {name: b, protocol: http, listen: "127.0.0.1:0", upstream: "127.0.0.1:1"}
)";

// An entry of `proxies`, on an address that was bound before.
std::string proxy(const std::string& name, const std::string& protocol, const Address& listen) {
  return "\n  - {name: " + name + ", protocol: " + protocol + ", listen: \"" + format(listen) +
         "\", upstream: \"127.0.0.1:1\"}";
}

struct StoreReload : testing::Test {
  OpenStore store{kStart};
  const Address first = store->find_proxy("a")->bound;
  const Address second = store->find_proxy("b")->bound;

  Change<std::vector<std::string>> reload(const std::string& yaml) {
    return store->reload(config_of(yaml), {.who = "test"});
  }
  // How the reload is refused; "" when it is not.
  std::string refusal(const std::string& yaml) {
    const auto done = reload(yaml);
    return done.has_error() ? describe(done.error().problems) : "";
  }
};

TEST_F(StoreReload, GivesAnAddressToAProxyOfAnotherName) {
  EXPECT_EQ(refusal("proxies:" + proxy("renamed", "tcp", first) + proxy("b", "http", second)), "");
  EXPECT_EQ(store->find_proxy("renamed")->bound, first);
}

TEST_F(StoreReload, SwapsTheAddressesOfTwoProxies) {
  EXPECT_EQ(refusal("proxies:" + proxy("a", "tcp", second) + proxy("b", "http", first)), "");
  EXPECT_EQ(store->find_proxy("a")->bound, second);
  EXPECT_EQ(store->find_proxy("b")->bound, first);
}

TEST_F(StoreReload, ChangesTheProtocolOnAnAddress) {
  EXPECT_EQ(refusal("proxies:" + proxy("a", "http", first)), "");
  const auto definition =
      parse_yaml("{protocol: dns, listen: \"" + format(first) + "\", upstream: \"127.0.0.1:1\"}");
  EXPECT_TRUE(store->put_proxy("a", definition.value(), {}));
  EXPECT_EQ(store->find_proxy("a")->config->protocol, Protocol::dns);
}

TEST_F(StoreReload, KeepsEverythingWhenAnAddressIsSomebodyElses) {
  OpenStore other(kStart);
  const std::string taken = proxy("c", "tcp", other->find_proxy("a")->bound);
  EXPECT_THAT(refusal("proxies:" + proxy("renamed", "tcp", first) + taken),
              testing::HasSubstr("in use"));
  EXPECT_NE(store->find_proxy("a"), nullptr);
  EXPECT_EQ(store->find_proxy("renamed"), nullptr);
}

TEST_F(StoreReload, TellsEachTimeWhatWaitsForARestartAndKeepsIt) {
  const std::string changed =
      "admin: {listen: \"127.0.0.1:1\", hosts: [h], insecure_remote: true}\n"
      "workers: 7\njournal: /nowhere\nwatch: true\n";
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(reload(changed).value(),
                ElementsAre("admin.listen", "admin.hosts", "admin.insecure_remote", "workers",
                            "journal", "watch"));
  }
  EXPECT_THAT(store->config().admin.hosts, IsEmpty());
  EXPECT_EQ(store->config().journal, "");
  EXPECT_FALSE(store->config().watch);
}

TEST_F(StoreReload, RecordsWhatItChangedStartedAndEnded) {
  const std::string faults = R"(
faults:
  - {name: kept, proxy: b, type: http.status, with: {code: 500}, enabled: true}
  - {name: gone, proxy: b, type: http.status, with: {code: 500}, enabled: true}
)";
  const std::string fewer = R"(
faults:
  - {name: kept, proxy: b, type: http.status, with: {code: 503}, enabled: true}
)";
  ASSERT_EQ(refusal("proxies:" + proxy("b", "http", second) + faults), "");
  ASSERT_EQ(refusal("proxies:" + proxy("b", "http", second) + fewer), "");
  const auto records = store->journal().recent(1);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[0],
              testing::HasSubstr(R"("diff":{"proxies":{"changed":["b"],"removed":["a"]},)"
                                 R"("faults":{"added":["gone","kept"],)"
                                 R"("started":["gone","kept"]}})"));
  EXPECT_THAT(records[1], testing::HasSubstr(R"("faults":{"changed":["kept"],)"
                                             R"("ended":["gone","kept"],"removed":["gone"]}})"));
}

// Whether the client that the test is belongs to the half of all that a seed selects.
std::string code_with_share(const OpenStore& store) {
  const auto& bound = store.store->find_proxy("b")->bound;
  return admin::converse(format(bound),
                         "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      .substr(9, 3);
}

TEST_F(StoreReload, DrawsFromTheSeedOfTheNewConfiguration) {
  const auto seeded = [&](int seed, const std::string& listen) {
    return "seed: " + std::to_string(seed) + R"(
proxies:
  - {name: b, protocol: http, listen: ")" +
           listen + R"(", upstream: "127.0.0.1:1"}
faults:
  - {name: half, proxy: b, type: http.status, with: {code: 418}, enabled: true,
     share: {of: 50%, by: client}}
)";
  };
  std::set<std::string> codes;
  for (int seed = 1; seed <= 8; ++seed) {
    const OpenStore fresh(seeded(seed, "127.0.0.1:0"));
    ASSERT_EQ(refusal(seeded(seed, format(second))), "");
    EXPECT_EQ(code_with_share(store), code_with_share(fresh)) << seed;
    codes.insert(code_with_share(fresh));
  }
  EXPECT_EQ(codes.size(), 2u);
}

TEST_F(StoreReload, AnActivationIsRecordedWithItsTime) {
  ASSERT_EQ(refusal("proxies:" + proxy("b", "http", second) +
                    "\nfaults: [{name: f, proxy: b, type: http.status, with: {code: 500}}]\n"),
            "");
  const Activation activation{.lifetime = std::chrono::minutes(1),
                              .lease = std::chrono::seconds(10)};
  ASSERT_TRUE(store->enable_fault("f", activation, {}));
  EXPECT_THAT(store->journal().recent().back(),
              testing::HasSubstr(R"("diff":{"for":"1m","lease":"10s"})"));
}

}  // namespace
}  // namespace firedrill
