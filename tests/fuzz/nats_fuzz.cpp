#include "tests/fuzz/event_split.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  firedrill::event::check_codec("nats", {reinterpret_cast<const char*>(data), size});
  return 0;
}
