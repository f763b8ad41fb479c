#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/core/bytes.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

namespace firedrill {

// What a reply says about its question.
struct FrozenAnswer {
  dns::Rcode rcode = dns::Rcode::no_error;
  std::array<std::vector<dns::EditableRecord>, 3> sections;  // but for OPT and TSIG
};

// The answers to a fixed number of questions as they were when each was first seen, in one
// activation of a fault. All workers share them, or two would serve two different pasts; a slot is
// filled once and never emptied, so that no reader has to wait. What finds no place any more is not
// frozen.
class FrozenAnswers {
 public:
  static constexpr std::size_t kSlots = 1024;
  static constexpr std::size_t kMostBytes = 4096;  // of one answer

  FrozenAnswers() = default;
  FrozenAnswers(const FrozenAnswers&) = delete;
  FrozenAnswers& operator=(const FrozenAnswers&) = delete;
  ~FrozenAnswers();

  // Whether an answer that is there for the first time may be kept.
  enum class Freeze : std::uint8_t { no, yes };

  // The answer to this question; if there was none yet it is this one from now on, when it may.
  // Null for none: it may not, it is too large, or there is no place left for it.
  const FrozenAnswer* of(const dns::Question& question, const dns::EditableReply& reply,
                         Freeze freeze);

 private:
  static constexpr std::size_t kProbes = 16;
  struct Entry {
    Bytes question;  // the name in lower case, type and class
    FrozenAnswer answer;
  };

  std::array<std::atomic<const Entry*>, kSlots> slots_{};
};

}  // namespace firedrill
