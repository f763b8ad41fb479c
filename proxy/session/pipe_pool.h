#pragma once

#include "proxy/session/descriptor_reserve.h"
#include "proxy/session/fd.h"

#include <vector>

namespace firedrill {

// A pipe of the kernel, through which splice moves bytes uncopied.
struct Pipe {
  Fd read;
  Fd write;
};

// The pipes that a worker's sessions borrow while they move much. An empty pipe may be used by
// anybody.
class PipePool {
 public:
  static constexpr std::size_t kPipeBytes = std::size_t{1} << 20;

  // A pipe without a read end when the kernel gives none, or descriptors are scarce.
  Pipe take();
  // Takes an empty pipe back.
  void give(Pipe pipe);

 private:
  static constexpr std::size_t kMost = 64;
  std::vector<Pipe> free_;
  int reserved_ = first_reserved_descriptor();
};

}  // namespace firedrill
