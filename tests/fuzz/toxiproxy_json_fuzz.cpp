#include "control/toxiproxy/json.h"
#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/toxic.h"
#include "control/toxiproxy/toxic_fault.h"

#include <cstdint>
#include <cstdlib>

using namespace firedrill::toxiproxy;

// What is read as a toxic must be written so that it is read alike, and must be a fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_json(text);
  if (json.has_error()) {
    if (json.error().what.empty()) std::abort();
    return 0;
  }
  static_cast<void>(read_proxy_input(*json));
  const auto toxic = read_toxic(*json);
  if (toxic.has_error()) return 0;
  const std::string written = json_of(*toxic);
  const auto again = parse_json(written);
  if (again.has_error()) std::abort();
  const auto same = read_toxic(*again);
  if (same.has_error() || json_of(*same) != written) std::abort();
  if (firedrill::read_fault(definition_of(*toxic, "proxy"), "fault").has_error()) std::abort();
  return 0;
}
