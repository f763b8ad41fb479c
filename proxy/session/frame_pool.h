#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace firedrill {

// The memory of coroutine frames. An exchange makes and ends the same few frames with each request,
// which costs a quarter of its user instructions when the general allocator serves them. Each
// thread keeps what it has freed, by size, up to a bound; a frame may be freed by another thread
// than made it.
class FramePool {
 public:
  static void* take(std::size_t size) {
    FramePool& pool = local();
    const std::size_t row = row_of(size);
    if (row >= kRows || pool.rows_[row].first == nullptr) return ::operator new(rounded(size));
    Row& free = pool.rows_[row];
    Node* frame = free.first;
    free.first = frame->next;
    --free.count;
    return frame;
  }

  static void give(void* frame, std::size_t size) noexcept {
    FramePool& pool = local();
    const std::size_t row = row_of(size);
    if (row >= kRows || pool.rows_[row].count >= pool.most_) return ::operator delete(frame);
    Row& free = pool.rows_[row];
    free.first = ::new (frame) Node{free.first};
    ++free.count;
  }

  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

 private:
  struct Node {
    Node* next;
  };
  struct Row {
    Node* first = nullptr;
    std::size_t count = 0;
  };

  static constexpr std::size_t kStep = 64;  // bytes between the sizes that are kept apart
  static constexpr std::size_t kRows = 24;
#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t kMost = 0;  // a frame that is used after its end is to be found
#else
  static constexpr std::size_t kMost = 256;  // frames of one size
#endif

  constexpr FramePool() = default;
  ~FramePool() {
    most_ = 0;  // what other thread-local objects still free goes straight back
    for (Row& row : rows_) {
      while (row.first != nullptr) {
        Node* frame = row.first;
        row.first = frame->next;
        ::operator delete(frame);
      }
    }
  }

  static FramePool& local() {
    static constinit thread_local FramePool pool;
    return pool;
  }
  static std::size_t row_of(std::size_t size) {
    return (size - 1) / kStep;
  }
  static std::size_t rounded(std::size_t size) {
    return (row_of(size) + 1) * kStep;
  }

  std::array<Row, kRows> rows_{};
  std::size_t most_ = kMost;
};

}  // namespace firedrill
