#pragma once

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/records.h"
#include "proxy/core/bytes.h"

#include <map>
#include <string>
#include <vector>

namespace firedrill::demo {

// The zone shop.demo, as a resolver answers for it: payments.shop.demo is at 10.20.30.7, and no
// other name than those below it exists.
class Zone {
 public:
  Zone();

  // The answer to a message; empty where there should be none.
  Bytes answer(ByteView query, dns::Transport transport) const;

 private:
  std::map<std::string, std::vector<dns::Record>, std::less<>> names_;  // in lower case
  dns::Record authority_;
};

}  // namespace firedrill::demo
