#pragma once

#include <boost/json/object.hpp>

#include <string_view>

namespace firedrill::admin::schema {

// {"$ref": ...} to one of components().
boost::json::object ref(std::string_view component);

// An object with a list of them under `key`.
boost::json::object list_of(std::string_view key, std::string_view component);

// A JSON merge patch of a definition.
boost::json::object merge_patch();

// The schemas that several endpoints share, by name.
boost::json::object components();

}  // namespace firedrill::admin::schema
