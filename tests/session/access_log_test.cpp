#include "proxy/session/access_log.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace firedrill {
namespace {

// A log that writes to a pipe.
struct Logged : testing::Test {
  Logged() { replace(); }

  // Gives the log another pipe; what the one before still has is lost.
  void replace() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    reader = Fd(ends[0]);
    log.open(Fd(ends[1]));
  }

  std::string written() const {
    std::string all;
    std::array<char, 65536> buffer;
    for (ssize_t count = 1; count > 0;) {
      count = ::read(reader.get(), buffer.data(), buffer.size());
      if (count > 0) all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return all;
  }

  asio::io_context context;
  Loop loop{context};
  std::uint64_t dropped = 0;
  AccessLog log{loop, dropped};
  Fd reader;
};

TEST_F(Logged, WritesLinesTogetherWhenTheyAreFlushed) {
  log.add("one\n");
  log.add("two\n");
  EXPECT_EQ(written(), "");
  log.flush();
  EXPECT_EQ(written(), "one\ntwo\n");
  EXPECT_EQ(dropped, 0u);
}

TEST_F(Logged, WritesByItselfWithinASecond) {
  log.add("one\n");
  context.run_for(std::chrono::milliseconds(1500));
  EXPECT_EQ(written(), "one\n");
}

TEST_F(Logged, WritesAtOnceWhenMuchIsWaiting) {
  const std::string line = std::string(1023, 'a') + "\n";
  for (int i = 0; i < 32; ++i) log.add(line);
  EXPECT_EQ(written().size(), 32 * line.size());
}

TEST_F(Logged, WritesWhatWaitsBeforeItIsOpenedAnew) {
  log.add("old\n");
  const Fd before = std::move(reader);
  replace();
  log.add("new\n");
  log.flush();
  EXPECT_EQ(written(), "new\n");
  reader.close();
  std::array<char, 16> buffer;
  EXPECT_EQ(::read(before.get(), buffer.data(), buffer.size()), 4);
}

TEST_F(Logged, DropsAndCountsWhatTheFileRefuses) {
  reader.close();
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  log.add("one\n");
  log.add("two\n");
  log.flush();
  std::signal(SIGPIPE, handler);
  EXPECT_EQ(dropped, 2u);
}

TEST_F(Logged, KeepsABoundedAmountForAPipeThatIsFull) {
  const std::string line = std::string(1023, 'a') + "\n";
  for (int i = 0; i < 1000; ++i) log.add(line);
  log.flush();
  const std::size_t kept = 1000 - dropped;
  EXPECT_GT(dropped, 0u);
  std::string all;
  for (std::string part = written(); !part.empty(); part = written()) {
    all += part;
    log.flush();
  }
  EXPECT_EQ(all.size(), kept * line.size());
}

}  // namespace
}  // namespace firedrill
