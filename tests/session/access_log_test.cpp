#include "proxy/session/access_log.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace firedrill {
namespace {

constexpr int kPage = 4096;

// A file that takes no more bytes until this is gone, and what has come of it.
class FullFile {
 public:
  explicit FullFile(rlim_t most) {
    std::string path = testing::TempDir() + "access-log-XXXXXX";
    file_ = Fd(::mkstemp(path.data()));
    path_ = path;
    ::getrlimit(RLIMIT_FSIZE, &before_);
    limit(most);
  }
  ~FullFile() {
    empty();
    std::signal(SIGXFSZ, handler_);
    ::unlink(path_.c_str());
  }
  FullFile(const FullFile&) = delete;
  FullFile& operator=(const FullFile&) = delete;

  Fd appender() const { return Fd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)); }
  void limit(rlim_t most) {
    const rlimit now{.rlim_cur = most, .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &now), 0);
  }
  // There is room again.
  void empty() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  std::string text() const {
    std::string text(65536, '\0');
    const ssize_t count = ::pread(file_.get(), text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }

 private:
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
  Fd file_;
  std::string path_;
  rlimit before_{};
};

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

  // A pipe that takes no more than a page.
  void replace_by_small() {
    replace();
    EXPECT_EQ(::fcntl(reader.get(), F_SETPIPE_SZ, kPage), kPage);
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

TEST_F(Logged, WritesWholeLinesIntoAPipeThatTakesFew) {
  replace_by_small();
  const std::string line = std::string(999, 'a') + "\n";
  for (int i = 0; i < 6; ++i) log.add(line);
  log.flush();
  EXPECT_EQ(written(), line + line + line + line);
  log.flush();
  EXPECT_EQ(written(), line + line);
}

TEST_F(Logged, GoesOnWithTheRestOfALineThatAPipeTookInPart) {
  replace_by_small();
  const std::string line = std::string(kPage + 1000, 'a') + "\n";
  log.add(line);
  log.flush();
  std::string all = written();
  EXPECT_EQ(all.size(), kPage);
  log.add("next\n");
  log.flush();
  all += written();
  EXPECT_EQ(all, line + "next\n");
  EXPECT_EQ(dropped, 0u);
}

TEST_F(Logged, BeginsALineAnewBehindOneWhoseRestIsLost) {
  FullFile file(10);
  log.open(file.appender());
  log.add("0123456789abc\n");
  log.flush();
  EXPECT_EQ(dropped, 1u);
  log.add("lost\n");
  log.flush();
  EXPECT_EQ(dropped, 2u);
  file.empty();
  log.add("whole\n");
  log.flush();
  EXPECT_EQ(file.text(), "0123456789\nwhole\n");
  EXPECT_EQ(dropped, 2u);
}

TEST_F(Logged, BeginsALineAnewWhenTheSameFileIsOpenedAgain) {
  FullFile file(10);
  log.open(file.appender());
  log.add("0123456789abc\n");
  log.flush();
  file.empty();
  log.open(file.appender());
  log.add("whole\n");
  log.flush();
  EXPECT_EQ(file.text(), "0123456789\nwhole\n");
  replace();
  log.add("first\n");
  log.flush();
  EXPECT_EQ(written(), "first\n");
}

// The other has written a part of its line when this one can't write any.
TEST_F(Logged, BeginsALineAnewBehindTheHalfOfAnotherWorkers) {
  FullFile file(10);
  AccessLog other(loop, dropped);
  log.open(file.appender());
  other.open(file.appender());
  other.add("0123456789abc\n");
  log.add("lost\n");
  other.flush();
  log.flush();
  EXPECT_EQ(dropped, 2u);
  file.empty();
  log.add("whole\n");
  log.flush();
  EXPECT_EQ(file.text(), "0123456789\nwhole\n");
}

}  // namespace
}  // namespace firedrill
