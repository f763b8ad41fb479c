#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace firedrill {

// Where in a text something stands, counted from 1; 0 when there is no text (a REST body).
struct Position {
  int line = 0;
  int column = 0;
  int file = 0;  // which of several texts, from 0
  bool operator==(const Position&) const = default;
};

// Why a piece of configuration was refused: which field, where it stands, what is wrong and what
// is allowed. A path looks like "faults[2].with.code".
struct Problem {
  std::string path;
  std::string what;
  Position at = {};
  int error = 0;  // the errno, when it is the system that refuses
};
using Problems = std::vector<Problem>;

// A value, or every mistake that was found on the way to it.
template <class T = void>
using Result = boost::system::result<T, Problems>;

[[noreturn]] void throw_exception_from_error(const Problems& problems,
                                             const boost::source_location&);

// "path: what", one problem a line.
std::string describe(const Problems& problems);

}  // namespace firedrill
