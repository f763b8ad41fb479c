#include "proxy/session/loop.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include <boost/system/system_error.hpp>

namespace firedrill {
namespace {

int checked(int fd, const char* what) {
  if (fd < 0) throw boost::system::system_error(errno, boost::system::system_category(), what);
  return fd;
}

constexpr int kEventsAtOnce = 256;
constexpr int kBusy = 8;     // events in a round: more are likely to be there already
constexpr int kRounds = 16;  // before the rest of Asio has its turn

}  // namespace

void Timer::arm(TimePoint due) {
  if (armed() && due_ <= due) return;
  if (armed()) loop_.erase(*this);
  due_ = due;
  loop_.insert(*this);
}

void Timer::disarm() {
  if (armed()) loop_.erase(*this);
}

Loop::Loop(asio::io_context& context)
    : context_(context),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      clock_(
          checked(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      descriptor_(context.get_executor(), epoll_) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;  // the clock
  checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, clock_, &event), "epoll_ctl");
  wait();
}

Loop::~Loop() {
  retired_.clear();
  ::close(clock_);
}

bool Loop::watch(int fd, Source& source, Interest interest) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  if (interest == Interest::read_and_write) event.events |= EPOLLOUT;
  event.data.ptr = &source;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) return true;
  // A socket that changes its source is there already.
  return errno == EEXIST && epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0;
}

void Loop::queue(Runnable& runnable) {
  if (!runnable.is_linked()) queue_.push_back(runnable);
  if (!turning_) post_turn();
}

void Loop::retire(std::unique_ptr<Retired> ended) {
  retired_.push_back(std::move(ended));
  if (!turning_) post_turn();
}

void Loop::give_back(Bytes buffer) {
  constexpr std::size_t kMost = 128_KiB;
  if (buffer.capacity() > kMost || buffer.capacity() < buffer_.capacity()) return;
  buffer.clear();
  buffer_ = std::move(buffer);
}

void Loop::post_turn() {
  if (std::exchange(posted_, true)) return;
  asio::post(context_, [this] {
    posted_ = false;
    turn();
  });
}

void Loop::wait() {
  descriptor_.async_wait(Descriptor::wait_read, [this](error_code ec) {
    if (ec) return;  // the loop is being destroyed
    turn();
    wait();
  });
}

void Loop::turn() {
  turning_ = true;
  for (int round = 0; round < kRounds; ++round) {
    std::array<epoll_event, kEventsAtOnce> events;
    const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, 0);
    // First note everything, then run: what runs may destroy sources that this round still names.
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == nullptr) {
        clock_due_ = kNever;
      } else {
        static_cast<Source*>(event.data.ptr)->on_events(event.events);
      }
    }
    fire_timers();
    run_queued();
    if (count <= kBusy && queue_.empty()) break;
  }
  turning_ = false;
  if (!queue_.empty()) post_turn();
  arm_clock();
}

// What is queued by this very run waits for the next, so that nobody starves.
void Loop::run_queued() {
  Queue now;
  now.swap(queue_);
  while (!now.empty()) {
    Runnable& runnable = now.front();
    now.pop_front();
    runnable.run();
  }
  while (!retired_.empty()) std::exchange(retired_, {}).clear();
}

void Loop::fire_timers() {
  if (timers_.empty()) return;
  const TimePoint now = Clock::now();
  while (!timers_.empty() && timers_.front()->due_ <= now) {
    Timer& timer = *timers_.front();
    erase(timer);
    queue(timer.target_);
  }
}

void Loop::arm_clock() {
  if (timers_.empty() || timers_.front()->due_ >= clock_due_) return;
  clock_due_ = timers_.front()->due_;
  // A moment that has passed must still fire: zero would disarm.
  const auto nanoseconds = std::max<std::int64_t>(clock_due_.time_since_epoch().count(), 1);
  constexpr std::int64_t kSecond = 1'000'000'000;
  itimerspec spec{};
  spec.it_value = {.tv_sec = nanoseconds / kSecond, .tv_nsec = nanoseconds % kSecond};
  timerfd_settime(clock_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

void Loop::insert(Timer& timer) {
  timers_.push_back(&timer);
  timer.position_ = timers_.size() - 1;
  sift_up(timer.position_);
  if (!turning_) arm_clock();
}

void Loop::erase(Timer& timer) {
  const std::size_t position = std::exchange(timer.position_, Timer::kNowhere);
  Timer* last = timers_.back();
  timers_.pop_back();
  if (last == &timer) return;
  place(last, position);
  sift_up(position);
  sift_down(last->position_);
}

void Loop::place(Timer* timer, std::size_t position) {
  timers_[position] = timer;
  timer->position_ = position;
}

void Loop::sift_up(std::size_t position) {
  Timer* timer = timers_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (timers_[parent]->due_ <= timer->due_) break;
    place(timers_[parent], position);
    position = parent;
  }
  place(timer, position);
}

void Loop::sift_down(std::size_t position) {
  Timer* timer = timers_[position];
  for (;;) {
    std::size_t child = 2 * position + 1;
    if (child >= timers_.size()) break;
    if (child + 1 < timers_.size() && timers_[child + 1]->due_ < timers_[child]->due_) ++child;
    if (timer->due_ <= timers_[child]->due_) break;
    place(timers_[child], position);
    position = child;
  }
  place(timer, position);
}

}  // namespace firedrill
