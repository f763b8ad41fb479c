#include "control/admin/guard.h"
#include "control/admin/secret.h"
#include "tests/control/admin_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace firedrill::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AdminServer, AnswersOnlyToItsOwnNames) {
  Options options;
  options.hosts = {"proxy.internal"};
  const auto server = start(std::move(options));
  for (const char* host :
       {"localhost:8474", "127.0.0.1", "[::1]:1", "LOCALHOST", "proxy.internal"}) {
    const auto reply = ask(*server, get("/open", "Host: " + std::string(host) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("200 OK")) << host;
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example"}) {
    const auto reply = ask(*server, get("/open", "Host: " + std::string(host) + "\r\n"));
    EXPECT_THAT(reply, HasSubstr("421 ")) << host;
  }
  EXPECT_THAT(ask(*server, get("/open", "")), HasSubstr("421 "));
  EXPECT_THAT(ask(*server, get("/open", "Host: localhost\r\nHost: localhost\r\n")),
              HasSubstr("400 "));
}

TEST(AdminServer, RefusesOtherOriginsAndSites) {
  const auto server = start();
  const auto with = [&](std::string_view headers) {
    return ask(*server, get("/open", "Host: localhost:1\r\n" + std::string(headers)));
  };
  EXPECT_THAT(with("Origin: http://localhost:1\r\nSec-Fetch-Site: same-origin\r\n"),
              HasSubstr("200 OK"));
  EXPECT_THAT(with("Sec-Fetch-Site: none\r\n"), HasSubstr("200 OK"));
  for (const char* header :
       {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://localhost:2\r\n",
        "Origin:\r\n", "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n"}) {
    const auto reply = with(header);
    EXPECT_THAT(reply, HasSubstr("403 Forbidden")) << header;
    EXPECT_THAT(reply, Not(HasSubstr("Access-Control"))) << header;
  }
}

TEST(AdminServer, TakesMutationsOnlyAsExactlyJson) {
  const auto server = start();
  EXPECT_THAT(ask(*server, put(kJson)), HasSubstr("200 OK"));
  for (const char* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=utf-8\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n"}) {
    EXPECT_THAT(ask(*server, put(type)), HasSubstr("415 ")) << type;
  }
  EXPECT_THAT(
      ask(*server, "POST /populate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      HasSubstr("200 OK"));
}

TEST(AdminServer, LimitsTheRateOfMutationsButNotOfReads) {
  Options options;
  options.limits.mutations_per_second = 2;
  const auto server = start(std::move(options));
  std::string last;
  for (int i = 0; i < 8; ++i) last += ask(*server, put(kJson));
  EXPECT_THAT(last, HasSubstr("429 Too Many Requests"));
  EXPECT_THAT(last, HasSubstr("Retry-After: 1"));
  EXPECT_THAT(ask(*server, get("/open")), HasSubstr("200 OK"));
}

TEST(AdminServer, AHaltIsNeverOneChangeTooMany) {
  Options options;
  options.limits.mutations_per_second = 1;
  const auto server = start(std::move(options));
  for (int i = 0; i < 4; ++i) ask(*server, put(kJson));
  const std::string halt =
      "POST /v1/halt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  for (int i = 0; i < 4; ++i) EXPECT_THAT(ask(*server, halt), HasSubstr("200 OK"));
}

TEST(AdminServer, ServesAHundredChangesASecond) {
  EXPECT_GE(Limits().mutations_per_second, 100);
}

TEST(RateLimit, AllowsASecondsWorthAtOnceAndThenTheRate) {
  RateLimit limit(2);
  const TimePoint start{};
  EXPECT_TRUE(limit.allow(start));
  EXPECT_TRUE(limit.allow(start));
  EXPECT_FALSE(limit.allow(start));
  EXPECT_TRUE(limit.allow(start + std::chrono::milliseconds(500)));
  EXPECT_FALSE(limit.allow(start + std::chrono::milliseconds(900)));
}

TEST(AdminServer, AsksForATokenOfTheRightRole) {
  Options options;
  options.tokens = Tokens::parse("viewer:ann:v1\noperator:bob:o:1\nhalt:btn:h1\n").value();
  std::vector<std::string> denied;
  options.on_denied = [&](const Request& request) {
    denied.push_back(request.caller.name + " " + request.path);
  };
  auto server = start(std::move(options));
  const auto with = [&](std::string_view path, std::string_view token) {
    return ask(*server, get(path, "Host: localhost\r\nAuthorization: Bearer " + std::string(token) +
                                      "\r\n"));
  };
  EXPECT_THAT(ask(*server, get("/open")), HasSubstr("200 OK"));
  EXPECT_THAT(ask(*server, get("/v1/faults")), HasSubstr("401 Unauthorized"));
  EXPECT_THAT(with("/v1/faults", "wrong"), HasSubstr("WWW-Authenticate: Bearer"));
  EXPECT_THAT(with("/v1/faults", "v1"), HasSubstr("\"who\":\"ann\""));
  EXPECT_THAT(with("/v1/faults", "h1"), HasSubstr("403 Forbidden"));
  EXPECT_THAT(with("/v1/secret", "v1"), HasSubstr("404 Not Found"));
  EXPECT_THAT(with("/v1/secret", "o:1"), HasSubstr("200 OK"));
  EXPECT_THAT(ask(*server, put(std::string(kJson) + "Authorization: Bearer v1\r\n")),
              HasSubstr("403 Forbidden"));
  EXPECT_THAT(ask(*server, put(std::string(kJson) + "Authorization: bearer o:1\r\n")),
              HasSubstr("200 OK"));
  server.reset();
  EXPECT_THAT(denied, testing::ElementsAre("anonymous /v1/faults", "anonymous /v1/faults",
                                           "btn /v1/faults", "ann /v1/secret", "ann /v1/faults/a"));
}

TEST(Tokens, RefusesBadLinesWithoutShowingThem) {
  const auto tokens = Tokens::parse("# comment\n\nviewer:ann\nking:bob:s3cret\n");
  ASSERT_TRUE(tokens.has_error());
  EXPECT_THAT(tokens.error(), testing::SizeIs(2));
  EXPECT_EQ(tokens.error()[0].at.line, 3);
  EXPECT_THAT(describe(tokens.error()), Not(HasSubstr("s3cret")));
}

TEST(Tokens, RefusesAFileThatEverybodyCanRead) {
  const std::string path = testing::TempDir() + "tokens" + std::to_string(::getpid());
  std::ofstream(path) << "operator:bob:x\n";
  ::chmod(path.c_str(), 0644);
  EXPECT_THAT(describe(Tokens::load(path).error()), HasSubstr("readable by everybody"));
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(Tokens::load(path).value().find("x")->name, "bob");
  std::filesystem::remove(path);
}

TEST(Secret, PrintsStars) {
  std::ostringstream out;
  out << Secret("canary");
  EXPECT_EQ(out.str(), "***");
}

}  // namespace
}  // namespace firedrill::admin
