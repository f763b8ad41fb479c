#pragma once

#include "proxy/codec/dns/message.h"
#include "proxy/core/shared_table.h"

#include <atomic>
#include <cstdint>

namespace firedrill {

// How often each of a fixed number of questions has been answered in one activation of a fault, so
// that who asks for A and AAAA in turn sees each of them go on. All workers share it. The questions
// that find no place of their own any more share one count.
class AnswerTurns {
 public:
  static constexpr std::size_t kQuestions = 1024;

  // The number of this answer among those to the question, from 1.
  std::uint64_t next(const dns::Question& question) {
    constexpr std::uint64_t kSpread = 0x9e37'79b9'7f4a'7c15u;  // types are small numbers
    Count* const own = counts_.of(question.folded.hash() ^ question.qtype * kSpread);
    return (own != nullptr ? *own : others_).value.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  void clear() {
    counts_.clear();
    others_.clear();
  }

 private:
  struct Count {
    std::atomic<std::uint64_t> value{0};
    void clear() { value.store(0, std::memory_order_relaxed); }
  };

  SharedTable<Count, kQuestions> counts_;
  Count others_;
};

}  // namespace firedrill
