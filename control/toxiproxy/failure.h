#pragma once

#include <boost/system/result.hpp>

#include <string>

namespace firedrill::toxiproxy {

// Why a call is refused, in the original's words.
struct Failure {
  unsigned status = 400;
  std::string message = {};
};

template <class T = void>
using Outcome = boost::system::result<T, Failure>;
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location&);

Failure bad_body(const std::string& error);

}  // namespace firedrill::toxiproxy
