#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace firedrill::cli {

// JSON for people: indented, with whatever fits on a line on one.
std::string pretty(const boost::json::value& json);

// A scalar as a cell of a table shows it: a string without quotes, null as nothing, the rest as
// JSON.
std::string cell(const boost::json::value& json);

// The same of the value under `key`; "" when there is none.
std::string cell(const boost::json::object& object, std::string_view key);

// The cells of a list, with commas between them.
std::string joined(const boost::json::array& list);

// The entries of a list reply: an array, or the array under `key`.
boost::json::array entries(const boost::json::value& json, std::string_view key);

// What an option such as `--with code=503` says: JSON when it reads as such, else a string.
boost::json::value value_of(const std::string& text);

}  // namespace firedrill::cli
