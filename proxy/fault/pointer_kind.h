#pragma once

#include "proxy/codec/json/pointer.h"
#include "proxy/core/kind.h"

#include <string>

namespace firedrill {

// A JSON Pointer as a parameter.
template <>
struct Kind<json::Pointer> : NotationKind<json::Pointer, json::Pointer::parse> {
  static std::string expected() { return "a JSON Pointer such as /order/total"; }
  static boost::json::value write(const json::Pointer&) { return nullptr; }
};

}  // namespace firedrill
