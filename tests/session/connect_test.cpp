#include "proxy/session/connect.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

SocketAddress at(const char* host) {
  return *literal({.host = host, .port = 80, .unix_path = {}});
}

TEST(Connect, LeavesMetadataServicesOutOfWhatANameResolvesTo) {
  const Resolution some = permitted({.addresses = {at("169.254.169.254"), at("10.0.0.1")}});
  ASSERT_EQ(some.addresses.size(), 1u);
  EXPECT_EQ(some.addresses.front().text(), "10.0.0.1:80");
  const Resolution none = permitted({.addresses = {at("169.254.169.254")}});
  EXPECT_TRUE(none.addresses.empty());
  EXPECT_EQ(none.error, "a metadata address, which is never proxied");
}

}  // namespace
}  // namespace firedrill
