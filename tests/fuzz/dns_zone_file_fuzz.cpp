#include "proxy/codec/dns/zone_file.h"
#include "proxy/core/bytes.h"

#include <cstddef>
#include <cstdint>
#include <span>

// libldns forgets a few bytes of data when it refuses some records.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer gives the name
  return "leak:ldns_rdf_new\nleak:ldns_str2rdf";
}

// Whatever the file holds, reading it ends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  firedrill::dns::parse_zone(firedrill::as_text(std::as_bytes(std::span(data, size))));
  return 0;
}
