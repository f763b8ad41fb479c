#pragma once

#include "proxy/core/bytes.h"
#include "proxy/session/asio.h"

#include <boost/intrusive/list.hpp>

#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

namespace firedrill {

class Loop;

// Something that has work to do on the worker's thread. It may be queued any number of times before
// it runs once; destroying it takes it out of the queue.
class Runnable : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Runnable() = default;
  virtual void run() = 0;
};

// A descriptor that the loop watches for as long as it is open.
class Source {
 public:
  virtual ~Source() = default;
  // `events` are epoll's, edge-triggered. Notes them and queues whoever waits; does no work here.
  virtual void on_events(std::uint32_t events) = 0;
};

// What a session hands over when it has ended: it is destroyed once nothing of it is running.
class Retired {
 public:
  virtual ~Retired() = default;
};

// A moment at which something is to be queued. Disarmed when destroyed.
class Timer {
 public:
  Timer(Loop& loop, Runnable& target) : loop_(loop), target_(target) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { disarm(); }

  // Arms it for `due`. One that is armed for an earlier moment stays so, and fires early: whoever
  // is woken looks at the clock anyway, and a wait that is renewed with every message costs
  // nothing.
  void arm(TimePoint due);
  void disarm();
  bool armed() const { return position_ != kNowhere; }

 private:
  friend class Loop;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  Loop& loop_;
  Runnable& target_;
  TimePoint due_ = {};
  std::size_t position_ = kNowhere;  // in the loop's heap
};

// The event loop of a worker's sessions, inside Asio's: one epoll descriptor, in which each socket
// is registered once and edge-triggered, and one timerfd; the epoll descriptor is a member of
// Asio's reactor, so that everything which is not per byte stays ordinary Asio. Measured against
// one async_wait for each wait, this saves an epoll_ctl each time (bench/README.md). One thread
// only.
class Loop {
 public:
  // Throws boost::system::system_error when the kernel refuses a descriptor.
  explicit Loop(asio::io_context& context);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Watches `fd` until it is closed. False when the kernel refuses. A datagram socket is watched
  // for reading alone: else each datagram that leaves it would be an event.
  enum class Interest : std::uint8_t { read, read_and_write };
  [[nodiscard]] bool watch(int fd, Source& source, Interest interest = Interest::read_and_write);

  // Queues `runnable`, once, for this turn or the next.
  void queue(Runnable& runnable);

  // Destroys it after what runs now has returned.
  void retire(std::unique_ptr<Retired> ended);

  // An empty buffer, with the room that the last one grew to: for what is gathered and sent between
  // two waits. Giving it back spares the next one its allocation.
  Bytes borrow_buffer() { return std::exchange(buffer_, {}); }
  void give_back(Bytes buffer);

  // The time, read anew.
  TimePoint now() const { return Clock::now(); }

  asio::io_context& context() { return context_; }

 private:
  friend class Timer;
  using Queue = boost::intrusive::list<Runnable, boost::intrusive::constant_time_size<false>>;

  void wait();
  void post_turn();
  void turn();
  void run_queued();
  void fire_timers();
  void arm_clock();
  void insert(Timer& timer);
  void erase(Timer& timer);
  void sift_up(std::size_t position);
  void sift_down(std::size_t position);
  void place(Timer* timer, std::size_t position);

  asio::io_context& context_;
  int epoll_ = -1;
  int clock_ = -1;  // timerfd
  Descriptor descriptor_;
  Queue queue_;
  std::vector<Timer*> timers_;  // a binary heap, the earliest first
  TimePoint clock_due_ = kNever;
  std::vector<std::unique_ptr<Retired>> retired_;
  Bytes buffer_;          // empty, to be borrowed
  bool turning_ = false;  // inside turn()
  bool posted_ = false;   // a turn has been posted to the context
};

// The parking place of one coroutine. Anybody on the thread may notify it, any number of times; the
// coroutine runs once, from the loop's queue, and looks for itself at what has changed.
class Wakeup final : public Runnable {
 public:
  explicit Wakeup(Loop& loop) : loop_(loop), timer_(loop, *this) {}
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  void notify() {
    if (waiter_) {
      loop_.queue(*this);
    } else {
      pending_ = true;
    }
  }

  // Returns after a notification, which may have come before the call.
  auto wait() { return Awaiter(*this); }
  // Returns after a notification or, at the latest, at `deadline`; may return early for no reason.
  auto wait_until(TimePoint deadline) {
    if (deadline != kNever) timer_.arm(deadline);
    return Awaiter(*this);
  }

  void run() override {
    if (waiter_) {
      std::exchange(waiter_, nullptr).resume();
    } else {
      pending_ = true;
    }
  }

  Loop& loop() { return loop_; }

 private:
  // It lives in the waiting coroutine: when that is destroyed in its wait, nobody is waiting any
  // more.
  class Awaiter {
   public:
    explicit Awaiter(Wakeup& wakeup) : wakeup_(wakeup) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { wakeup_.waiter_ = nullptr; }

    bool await_ready() const noexcept { return std::exchange(wakeup_.pending_, false); }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { wakeup_.waiter_ = waiter; }
    void await_resume() const noexcept {}

   private:
    Wakeup& wakeup_;
  };

  Loop& loop_;
  Timer timer_;
  std::coroutine_handle<> waiter_ = nullptr;
  bool pending_ = false;
};

// Lets a coroutine that always has something to do give others their turn now and then.
class Turns {
 public:
  explicit Turns(Wakeup& wakeup) : wakeup_(wakeup) {}

  // Counts a turn; true when it is time to yield.
  bool over() { return ++count_ % kTurns == 0; }
  auto yield() {
    wakeup_.loop().queue(wakeup_);
    return wakeup_.wait();
  }

 private:
  static constexpr unsigned kTurns = 16;
  Wakeup& wakeup_;
  unsigned count_ = 0;
};

}  // namespace firedrill
