#pragma once

namespace firedrill {

// Asks the scheduler to let the calling thread run soon after it wakes, in short turns, beside
// threads that are busy all the time: the admin thread beside workers on the same processor. What
// the kernel refuses or does not know stays as it is.
void ask_for_prompt_turns();

}  // namespace firedrill
