#pragma once

#include "proxy/model/hit_log.h"

#include <string>
#include <vector>

namespace firedrill {

// Notes what faults do to the traffic of one client: each hit in the log of last hits, and the
// names of the faults for the access log.
class HitNotes {
 public:
  // `log` outlives it.
  HitNotes(HitLog& log, const Peer& client) : log_(log), client_(client) {}

  void add(const Rule& rule, const decltype(Hit::what)& what);

  // Which faults have been noted since the last clear(), each once, in the order of their first
  // hits.
  const std::vector<std::string>& faults() const { return faults_; }
  void clear() { faults_.clear(); }

 private:
  HitLog& log_;
  Peer client_;
  std::vector<std::string> faults_;
};

}  // namespace firedrill
