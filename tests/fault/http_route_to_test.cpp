#include "tests/fault/http_fault.h"

namespace firedrill {
namespace {

using namespace test;

TEST(HttpRouteTo, SendsTheRequestElsewhere) {
  const Exchanged fault("http.route_to", R"({"upstream": "other.local:8080"})");
  ASSERT_NE(fault.request.upstream, nullptr);
  EXPECT_EQ(format(*fault.request.upstream), "other.local:8080");
  EXPECT_TRUE(fault.request.edit.empty()) << "the Host header stays";
}

TEST(HttpRouteTo, TakesAUnixSocket) {
  const Exchanged fault("http.route_to", R"({"upstream": "unix:/run/other.sock"})");
  EXPECT_EQ(format(*fault.request.upstream), "unix:/run/other.sock");
}

TEST(HttpRouteTo, RefusesWhereNoProxyMaySendTraffic) {
  const auto refused = [](std::string_view upstream) {
    return refusal("http.route_to", R"({"upstream": ")" + std::string(upstream) + R"("})");
  };
  EXPECT_EQ(refused("169.254.169.254:80"),
            "with.upstream: 169.254.169.254:80 is a metadata address, which is never proxied");
  EXPECT_EQ(refused("metadata.google.internal:80"),
            "with.upstream: metadata.google.internal:80 is a metadata address, which is never "
            "proxied");
  EXPECT_EQ(refused(":80"), "with.upstream: must name a host");
  EXPECT_EQ(refused("a:0"), "with.upstream: must have a port from 1 to 65535");
}

TEST(HttpRouteTo, ActsBeforeThereIsAResponse) {
  const Compiled fault = compile("http.route_to", R"({"upstream": "a:1"})");
  EXPECT_FALSE(fault.spec->waits_for_response(Direction::response));
}

}  // namespace
}  // namespace firedrill
