#include "control/demo/addresses.h"

#include "control/demo/embedded_config.h"

#include <boost/algorithm/string/replace.hpp>

namespace firedrill::demo {

std::string configuration(const Addresses& addresses) {
  std::string text(kEmbeddedConfig);
  const Addresses written;
  for (const auto field :
       {&Addresses::admin, &Addresses::shop, &Addresses::dns, &Addresses::echo,
        &Addresses::shop_service, &Addresses::dns_service, &Addresses::echo_service}) {
    boost::replace_all(text, written.*field, addresses.*field);
  }
  return text;
}

}  // namespace firedrill::demo
