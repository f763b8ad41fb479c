#include "control/prompt_turns.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace firedrill {
namespace {

// struct sched_attr of sched_setattr(2), in its first version; glibc 2.36 has no wrapper.
struct Attributes {
  std::uint32_t size = sizeof(Attributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  // for SCHED_OTHER the length of a turn in ns, since Linux 6.12
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

bool apply(Attributes attributes) {
  return ::syscall(SYS_sched_setattr, 0, &attributes, 0U) == 0;
}

}  // namespace

void ask_for_prompt_turns() {
  constexpr std::uint64_t kTurn = 100'000;
  // A better nice value needs CAP_SYS_NICE; a shorter turn needs nothing.
  if (!apply({.nice = -10, .runtime = kTurn})) apply({.runtime = kTurn});
}

}  // namespace firedrill
