#pragma once

#include "control/config/config.h"
#include "control/config/yaml.h"
#include "control/store.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A store with real workers and no admin API, for the tests of what it does by itself.
namespace firedrill {

inline Config config_of(const std::string& yaml) {
  return read_config(parse_yaml(yaml).value()).value();
}

struct OpenStore {
  explicit OpenStore(const std::string& yaml)
      : store(Store::open(config_of(yaml), workers, Journal::open("").value()).value()) {}

  Store* operator->() { return store.get(); }

  // The names on which `what` was recorded, in order.
  std::vector<std::string> recorded(std::string_view what) {
    std::vector<std::string> subjects;
    for (const std::string& line : store->journal().recent()) {
      const boost::json::value record = boost::json::parse(line);
      if (record.at("what").as_string() == what)
        subjects.emplace_back(record.at("subject").as_string());
    }
    return subjects;
  }

  WorkerPool workers{1};
  std::unique_ptr<Store> store;
};

}  // namespace firedrill
