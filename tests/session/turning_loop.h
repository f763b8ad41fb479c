#pragma once

#include "proxy/session/loop.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace firedrill::test {

using namespace std::chrono_literals;

// A loop on the test's own thread.
struct TurningLoop {
  asio::io_context context{1};
  Loop loop{context};

  // Does all that there is to do without waiting.
  void settle() {
    while (context.poll() > 0) {
    }
  }

  // Turns until `holds`; false when it has not come to that in ten seconds.
  template <class Condition>
  bool until(Condition holds) {
    const TimePoint limit = Clock::now() + 10s;
    while (!holds()) {
      if (Clock::now() >= limit) return false;
      context.run_one_until(limit);
    }
    return true;
  }
};

// Does what a test wants when it runs.
class Does final : public Runnable {
 public:
  explicit Does(std::function<void()> what) : what_(std::move(what)) {}
  void run() override { what_(); }

 private:
  std::function<void()> what_;
};

// Counts how often it runs.
class Counting final : public Runnable {
 public:
  void run() override { ++count; }
  int count = 0;
};

// Says so when it is destroyed.
class Farewell {
 public:
  Farewell(std::vector<std::string>& story, std::string word)
      : story_(story), word_(std::move(word)) {}
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  ~Farewell() { story_.push_back(word_); }

 private:
  std::vector<std::string>& story_;
  std::string word_;
};

}  // namespace firedrill::test
