#pragma once

#include "proxy/session/frame_pool.h"

#include <boost/assert.hpp>

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace firedrill {

// A coroutine of a session. It runs on its worker's thread, waits only for a Wakeup or for another
// Task, and belongs to whoever holds it: destroying a Task that has not ended destroys its frame,
// and with it everything that it owns. (Asio's awaitable would allocate a frame for each wait and
// resume through its executor; a relay waits twice for each message.)
template <class T = void>
class Task;

namespace task {

struct PromiseBase {
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      const auto awaiting = ended.promise().waiter;
      return awaiting ? awaiting : std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  // Sessions do not throw; what escapes (no memory) is not survivable there.
  void unhandled_exception() noexcept { std::terminate(); }

  static void* operator new(std::size_t size) { return FramePool::take(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    FramePool::give(frame, size);
  }

  std::coroutine_handle<> waiter = nullptr;
};

template <class T>
struct Promise : PromiseBase {
  Task<T> get_return_object();
  void return_value(T result) { value.emplace(std::move(result)); }
  std::optional<T> value;
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() {}
};

}  // namespace task

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = task::Promise<T>;

  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    Task old(std::move(*this));
    handle_ = std::exchange(other.handle_, nullptr);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Runs it until it first waits. Only for a task that no other awaits.
  void start() {
    BOOST_ASSERT(handle_);
    handle_.resume();
  }
  bool done() const { return !handle_ || handle_.done(); }

  // Awaiting a task starts it and waits for its end.
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) noexcept {
    handle_.promise().waiter = waiter;
    return handle_;
  }
  T await_resume() {
    if constexpr (!std::is_void_v<T>) return std::move(*handle_.promise().value);
  }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_ = nullptr;
};

namespace task {

template <class T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace task
}  // namespace firedrill
