#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace firedrill::bench {

// Command-line options written as `--name value`. Every number has bounds, so that no slip of the
// hand makes a load that a shared machine can't bear. Mistakes throw std::invalid_argument.
class Options {
 public:
  struct Range {
    std::int64_t least;
    std::int64_t most;
  };

  Options(int count, const char* const* arguments);

  std::int64_t integer(const std::string& name, std::int64_t otherwise, Range range);
  double number(const std::string& name, double otherwise, Range range);
  std::string text(const std::string& name, const std::string& otherwise);

  // To be called when all options have been asked for: refuses those that nobody wanted.
  void refuse_unknown() const;

 private:
  std::map<std::string, std::string> values_;
  std::set<std::string> known_;
};

}  // namespace firedrill::bench
