#pragma once

#include "control/store.h"

#include <boost/json/object.hpp>

namespace firedrill {

// What would happen to a connection, request, query or event that came to a proxy now, fault by
// fault: which match, which would hit, and why the others would not. Decided by the rules that the
// workers decide by, without counting or using up anything. `question` is the body of
// POST /v1/explain, and its mistakes are the result's. With the response that a request or query
// will get, it also decides what depends on that.
Result<boost::json::object> explain(const Store& store, const Value& question);

// The JSON Schema of such a question, and of the answer.
boost::json::object explain_question_schema();
boost::json::object explain_answer_schema();

}  // namespace firedrill
