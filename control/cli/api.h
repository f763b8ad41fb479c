#pragma once

#include "control/cli/command.h"
#include "proxy/core/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::admin {
class Client;
}

namespace firedrill::cli {

// `options`, and those of every command that speaks to a running firedrill.
std::vector<Option> with_api_options(std::vector<Option> options);

// The client that these options ask for.
Result<admin::Client> client_for(const Invocation& call);

// The answer of the admin API; what it refuses is a problem in its own words.
Result<boost::json::value> get(const Invocation& call, const std::string& target);
Result<boost::json::value> put(const Invocation& call, const std::string& target,
                               const boost::json::value& body);
Result<boost::json::value> post(const Invocation& call, const std::string& target,
                                const boost::json::value& body);
Result<boost::json::value> patch(const Invocation& call, const std::string& target,
                                 const boost::json::value& body);
Result<boost::json::value> remove(const Invocation& call, const std::string& target);

// The target for `name` under a collection: "/v1/faults" and "slow" give "/v1/faults/slow".
std::string target_of(std::string_view collection, std::string_view name);

// Tells the problems, and gives what the command ends with.
Exit refused(const Invocation& call, const Problems& problems);

// Shows `json` when --json is given, else `text`.
Exit show(const Invocation& call, const boost::json::value& json, const std::string& text);

}  // namespace firedrill::cli
