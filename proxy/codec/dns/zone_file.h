#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::dns {

// A record of a zone file.
struct ZoneRecord {
  std::string owner;  // in lower case, without its final dot
  std::uint32_t ttl = 0;
  std::string type;
  std::string data;  // in canonical form
  int line = 0;      // on which it ends
};

// A line that is none.
struct ZoneMistake {
  std::string what;
  int line = 0;
};

struct ZoneFile {
  std::vector<ZoneRecord> records;
  std::vector<ZoneMistake> mistakes;
};

// Reads a zone in the format of RFC 1035, with $ORIGIN and $TTL; $INCLUDE is a mistake. It reads on
// behind each.
ZoneFile parse_zone(std::string_view text);

}  // namespace firedrill::dns
