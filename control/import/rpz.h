#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Something of a zone that no fault can do.
struct RpzRest {
  int line = 0;
  std::string what;
};

struct RpzImport {
  std::string yaml;  // the faults, as a part of a configuration
  std::size_t faults = 0;
  std::vector<RpzRest> rest;
};

// The response policy zone as faults of `proxy`, which do to the same names what a resolver with
// that policy does:
//   CNAME .               dns.nxdomain
//   CNAME *.              dns.nodata
//   CNAME rpz-drop.       dns.drop
//   CNAME rpz-tcp-only.   dns.truncate
//   CNAME rpz-passthru.   an exception from the faults for the names above it
//   any other data        dns.answer
// A wildcard owner is for what is below it; `rpz-client-ip` becomes the sources. The more exact of
// two policies has the greater priority. Triggers by what the answer holds or where it comes from
// (rpz-ip, rpz-nsdname, rpz-nsip) have no equivalent.
RpzImport import_rpz(std::string_view zone, const std::string& proxy);

}  // namespace firedrill
