#include "proxy/codec/dns/zone_file.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>

// Whatever the file holds, reading it ends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  firedrill::dns::parse_zone(firedrill::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
