#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace firedrill::cli {

// What `firedrill top` shows of two looks at a running firedrill: each proxy's rates and latencies
// between them, and the faults that are active.
struct Look {
  boost::json::value stats;   // of GET /v1/stats
  boost::json::value faults;  // of GET /v1/faults
};
std::string top_text(const Look& before, const Look& now, double seconds);

// The rows alone, as --json shows them.
boost::json::value top_json(const Look& before, const Look& now, double seconds);

}  // namespace firedrill::cli
