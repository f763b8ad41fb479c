#include "control/config/json_text.h"

#include <boost/json/serialize.hpp>

#include <cstdint>
#include <cstdlib>

// What the reader of bodies accepts it must read alike when it is written down and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = firedrill::parse_json(text);
  if (!value) {
    if (value.error().empty()) std::abort();
    return 0;
  }
  const auto json = firedrill::to_json(*value);
  const auto again = firedrill::parse_json(boost::json::serialize(json));
  if (!again || firedrill::to_json(*again) != json) std::abort();
  return 0;
}
