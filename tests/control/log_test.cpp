#include "control/log.h"
#include "control/journal.h"
#include "proxy/core/bytes.h"
#include "proxy/core/rfc3339.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace firedrill {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(Rfc3339, WritesMillisecondsInUtc) {
  const std::chrono::system_clock::time_point time(std::chrono::milliseconds(1'781'256'600'007));
  EXPECT_EQ(rfc3339(time), "2026-06-12T09:30:00.007Z");
}

TEST(Log, RendersLogfmtAndQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(log::render(log::Format::logfmt, "T", log::Level::info, "proxy started",
                        {{"proxy", "shop"}, {"why", "a b"}, {"port", 80}, {"none", ""}}),
            "time=T level=info msg=\"proxy started\" proxy=shop why=\"a b\" port=80 none=\"\"\n");
}

TEST(Log, RendersJsonWithNumbersAndFlagsAsSuch) {
  EXPECT_EQ(
      log::render(log::Format::json, "T", log::Level::warning, "x",
                  {{"a", "1"}, {"b", 1}, {"c", true}}),
      "{\"time\":\"T\",\"level\":\"warning\",\"msg\":\"x\",\"a\":\"1\",\"b\":1,\"c\":true}\n");
}

TEST(Log, RendersLinesAsToxiproxyDoes) {
  EXPECT_EQ(log::render(log::Format::zerolog, "2026-11-22T15:22:33.120Z", log::Level::warning, "x",
                        {{"name", "redis"}, {"n", 1}}),
            "{\"level\":\"warn\",\"name\":\"redis\",\"n\":1,\"time\":\"2026-11-22T15:22:33Z\","
            "\"message\":\"x\"}\n");
}

TEST(Log, EscapesWhatCouldForgeARecord) {
  const auto line = log::render(log::Format::logfmt, "T", log::Level::info, "a\nlevel=error",
                                {{"k", "v\nlevel=error \x1b[31m\""}});
  EXPECT_EQ(line,
            "time=T level=info msg=\"a\\nlevel=error\" k=\"v\\nlevel=error \\u001b[31m\\\"\"\n");
}

TEST(Log, WritesOnlyFromTheConfiguredLevelUp) {
  log::configure({.least = log::Level::warning});
  testing::internal::CaptureStderr();
  log::info("unseen");
  log::warning("seen");
  const auto text = testing::internal::GetCapturedStderr();
  log::configure({});
  EXPECT_THAT(text, HasSubstr("msg=\"seen\""));
  EXPECT_THAT(text, testing::Not(HasSubstr("unseen")));
}

TEST(Throttle, LetsOneThroughPerPeriodAndCountsTheRest) {
  log::Throttle throttle(std::chrono::seconds(10));
  const TimePoint start{};
  EXPECT_TRUE(throttle.ask(start).log);
  EXPECT_FALSE(throttle.ask(start + std::chrono::seconds(1)).log);
  EXPECT_FALSE(throttle.ask(start + std::chrono::seconds(9)).log);
  const auto later = throttle.ask(start + std::chrono::seconds(10));
  EXPECT_TRUE(later.log);
  EXPECT_EQ(later.suppressed, 2u);
}

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    std::string pattern = testing::TempDir() + "journalXXXXXX";
    directory_ = ::mkdtemp(pattern.data());
  }
  ~JournalTest() override { std::filesystem::remove_all(directory_); }

  std::string in_directory(const std::string& name) const { return directory_ + "/" + name; }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static Journal::Entry entry(std::string subject) {
    return {.who = "local",
            .from = "127.0.0.1",
            .what = "fault.enable",
            .subject = std::move(subject),
            .reason = "practice",
            .diff = {{"enabled", true}}};
  }

  std::string directory_;
};

TEST_F(JournalTest, AppendsJsonLinesToAFileOnlyItsOwnerMayRead) {
  const auto path = in_directory("journal");
  {
    auto journal = Journal::open(path).value();
    journal.add(entry("one"));
  }
  auto journal = Journal::open(path).value();
  journal.add(entry("two"));
  const auto text = content(path);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_THAT(text, HasSubstr("\"who\":\"local\",\"from\":\"127.0.0.1\",\"what\":\"fault.enable\","
                              "\"subject\":\"one\",\"reason\":\"practice\","
                              "\"diff\":{\"enabled\":true}}\n"));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(JournalTest, WritesToTheNewFileAfterReopening) {
  const auto path = in_directory("journal");
  auto journal = Journal::open(path).value();
  journal.add(entry("one"));
  std::filesystem::rename(path, path + ".1");
  journal.reopen();
  journal.add(entry("two"));
  EXPECT_THAT(content(path), HasSubstr("two"));
  EXPECT_THAT(content(path + ".1"), testing::Not(HasSubstr("two")));
}

TEST_F(JournalTest, RefusesAFileThatCannotBeOpened) {
  const auto journal = Journal::open(in_directory("missing/journal"));
  ASSERT_TRUE(journal.has_error());
  EXPECT_EQ(journal.error().front().path, "journal");
}

TEST_F(JournalTest, SendsRecordsToADatagramSocket) {
  const auto path = in_directory("socket");
  const int receiver = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(receiver, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  auto journal = Journal::open("unix:" + path).value();
  journal.add(entry("one"));
  std::string received(4096, '\0');
  const auto size = ::recv(receiver, received.data(), received.size(), MSG_DONTWAIT);
  ::close(receiver);
  ASSERT_GT(size, 0);
  EXPECT_THAT(received, HasSubstr("\"subject\":\"one\""));
  EXPECT_EQ(journal.lost(), 0u);
}

TEST_F(JournalTest, CountsWhatItLostAndLogsItOnce) {
  auto journal = Journal::open("unix:" + in_directory("nobody")).value();
  testing::internal::CaptureStderr();
  journal.add(entry("one"));
  journal.add(entry("two"));
  const auto logged = testing::internal::GetCapturedStderr();
  EXPECT_EQ(journal.lost(), 2u);
  EXPECT_EQ(std::ranges::count(logged, '\n'), 1);
  EXPECT_THAT(logged, HasSubstr("the journal cannot be written"));
  EXPECT_THAT(logged, testing::Not(HasSubstr("fault")));
}

TEST_F(JournalTest, KeepsTheLastThousandRecordsInMemory) {
  auto journal = Journal::open("").value();
  for (int i = 1; i <= 1002; ++i) journal.add(entry(std::to_string(i)));
  const auto records = journal.recent();
  ASSERT_THAT(records, SizeIs(1000));
  EXPECT_THAT(records.front(), HasSubstr("\"number\":3,"));
  EXPECT_THAT(records.back(), HasSubstr("\"subject\":\"1002\""));
  EXPECT_THAT(journal.recent(1001), SizeIs(1));
}

TEST_F(JournalTest, KeepsFewerOfLargeRecordsInMemory) {
  auto journal = Journal::open("").value();
  for (int i = 1; i <= 20; ++i) journal.add(entry(std::string(1_MiB, 'x')));
  EXPECT_THAT(journal.recent(), SizeIs(7));
  journal.add(entry(std::string(9_MiB, 'x')));
  EXPECT_THAT(journal.recent(), SizeIs(1));
}

TEST_F(JournalTest, BeginsANewLineAfterTheHalfOfOneThatAFullDiskTook) {
  const auto path = in_directory("journal");
  auto journal = Journal::open(path).value();
  journal.add(entry("one"));
  const auto before = content(path);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit full{.rlim_cur = before.size() + 10, .rlim_max = limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
  testing::internal::CaptureStderr();
  journal.add(entry("two"));
  setrlimit(RLIMIT_FSIZE, &limit);
  testing::internal::GetCapturedStderr();
  journal.add(entry("three"));
  journal.add(entry("four"));
  const auto after = content(path).substr(before.size());
  EXPECT_EQ(after[10], '\n');
  EXPECT_EQ(std::ranges::count(after, '\n'), 3);
  EXPECT_EQ(journal.lost(), 1u);
}

}  // namespace
}  // namespace firedrill
