#pragma once

#include "proxy/core/fields.h"
#include "proxy/fault/fault.h"
#include "proxy/model/named_part.h"
#include "proxy/model/path_matcher.h"
#include "proxy/model/request_key.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// The parts of a request that must all be as asked for; a part that is left out is met by all.
// Written in full as an entry of `matches`, as in the Gateway API:
//
//   {path: {type: Exact, value: /a}, methods: [GET], headers: [{name: x-tier, value: gold}],
//    queryParams: [{name: page, type: Present}], cookies: [{name: canary, value: "1"}]}
//
// or in short:
//
//   {path: /a, method: GET, header: {x-tier: gold}, query: {page: 1}, cookie: {canary: 1}}
//
// Header names ignore case, other names do not. Query parameters and cookies are compared as sent,
// without decoding; of one that comes twice, the first counts.
class RequestPattern {
 public:
  // Asks for the keys of a pattern and leaves the others to whoever holds `fields`.
  static RequestPattern read(Fields& fields);
  // An entry of a list: a map with these keys alone.
  static RequestPattern read(const Value& value, const std::string& path, Problems& problems);

  bool matches(const http::RequestHead& head) const { return mismatch(head).empty(); }
  // The key of the first condition that does not hold; empty when all do.
  std::string_view mismatch(const http::RequestHead& head) const;

  // Whether it fits every request.
  bool everything() const {
    return !path_ && methods_.empty() && headers_.empty() && parameters_.empty() &&
           cookies_.empty() && origin_ == Origin::any;
  }
  // What a request must have to match, for an index; nothing when no index can tell.
  std::optional<RequestKey> key() const;

 private:
  enum class Origin : std::uint8_t { any, health_check };

  std::optional<PathMatcher> path_;
  std::vector<std::string> methods_;
  std::vector<NamedPart> headers_;
  std::vector<NamedPart> parameters_;
  std::vector<NamedPart> cookies_;
  Origin origin_ = Origin::any;
};

}  // namespace firedrill
