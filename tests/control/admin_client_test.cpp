#include "control/admin/client.h"
#include "tests/control/admin_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firedrill::admin {
namespace {

TEST(Responses, TellEveryProblemWithItsPointer) {
  const auto reply =
      invalid({{"faults[2].with.code", "must be a number", {3, 4}}, {"a/b", "is odd"}});
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(reply.body, R"({"error":{"code":"invalid","message":"must be a number",)"
                        R"("path":"/faults/2/with/code","problems":[{"path":"/faults/2/with/code",)"
                        R"("message":"must be a number","line":3,"column":4},)"
                        R"({"path":"/a~1b","message":"is odd"}]}})"
                        "\n");
}

TEST(Client, SendsJsonAndReadsTheReply) {
  const auto server = start();
  const auto client = Client::make({.address = server->address()}).value();
  const auto reply = client.put("/v1/faults/a", {{"x", 1}}).value();
  EXPECT_TRUE(reply.ok());
  EXPECT_EQ(reply.json.at("body").as_string(), "{\"x\":1}");
  const auto missing = client.remove("/v1/none").value();
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(missing.error(), "no such path");
}

TEST(Client, SaysWhatToDoWhenNobodyListens) {
  std::string address;
  {
    const auto server = start();
    address = server->address();
  }
  const auto client = Client::make({.address = address}).value();
  EXPECT_EQ(client.get("/open").error().front().what,
            "cannot reach the admin API at " + address +
                ": connection refused; is `firedrill serve` running?");
}

TEST(Client, FollowsEventsUntilToldToStop) {
  const auto server = start();
  const auto client = Client::make({.address = server->address()}).value();
  std::vector<std::string> names;
  const auto reply = client.follow("/v1/events", [&](const Event& event) {
    names.push_back(event.name);
    server->publish({.name = "next", .data = "{}"});
    return names.size() == 2 ? Client::Follow::stop : Client::Follow::on;
  });
  EXPECT_TRUE(reply.value().ok());
  EXPECT_THAT(names, testing::ElementsAre("hello", "next"));
}

TEST(EventReader, JoinsDataLinesAndSkipsComments) {
  EventReader reader;
  for (const char* line : {": still here", "", "event: e\r", "data: 1", "data:2"}) {
    EXPECT_FALSE(reader.line(line).has_value()) << line;
  }
  const auto event = reader.line("");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->name, "e");
  EXPECT_EQ(event->data, "1\n2");
}

TEST(Addresses, AreReadAndWritten) {
  EXPECT_EQ(parse_address("[::1]:80").value().host, "::1");
  EXPECT_EQ(parse_address("[::1]:80").value().text(), "[::1]:80");
  EXPECT_EQ(parse_address("unix:/a").value().path, "/a");
  for (const char* bad : {"", "localhost", ":80", "::1:80", "a:99999", "a:", "a:1x", "unix:"}) {
    EXPECT_TRUE(parse_address(bad).has_error()) << bad;
  }
}

}  // namespace
}  // namespace firedrill::admin
