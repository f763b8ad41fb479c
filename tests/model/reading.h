#pragma once

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/name.h"
#include "proxy/codec/event/codec.h"
#include "proxy/codec/http/head.h"
#include "proxy/model/match.h"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace firedrill {

inline Value value_of(std::string_view json) {
  return from_json(boost::json::parse(json));
}

// The match that `json` describes, which must be right.
inline Match match_of(Family family, std::string_view json) {
  Problems problems;
  auto match = Match::read(value_of(json), "match", family, problems);
  EXPECT_EQ(describe(problems), "") << json;
  return match.value_or(Match());
}

// Every mistake in it, one a line as "path: what".
inline std::string mistakes_of(Family family, std::string_view json) {
  Problems problems;
  const auto match = Match::read(value_of(json), "match", family, problems);
  EXPECT_EQ(match.has_value(), problems.empty());
  return describe(problems);
}

inline Peer peer_at(std::string_view address) {
  return {.address = parse_ip(address).value(), .port = 40000, .connection = 1};
}

// A request with this start line and these lines of fields, each ended by CRLF.
class Request {
 public:
  explicit Request(std::string_view start, std::string_view fields = "",
                   std::string_view host = "shop.example")
      : text_(std::string(start) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
              std::string(fields) + "\r\n") {
    EXPECT_TRUE(scanner_.scan(as_bytes(text_)).complete()) << text_;
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  const http::RequestHead& head() const { return scanner_.head(); }

 private:
  std::string text_;
  http::RequestScanner scanner_;
};

inline bool accepts(std::string_view json, const Request& request) {
  return match_of(Family::http, json).accepts(peer_at("10.0.0.9"), request.head());
}

// A query for `name`, which is good as long as this is.
class Lookup {
 public:
  explicit Lookup(std::string_view name, std::uint16_t type = 1) {
    message_.resize(dns::kHeaderSize);
    dns::write_u16(message_, 2, dns::flag::kRecursionDesired);
    dns::write_u16(message_, 4, 1);
    const Bytes wire = dns::parse_name(name).value();
    message_.insert(message_.end(), wire.begin(), wire.end());
    message_.resize(message_.size() + 4);
    dns::write_u16(message_, message_.size() - 4, type);
    dns::write_u16(message_, message_.size() - 2, dns::kClassIn);
    query_ = dns::parse_query(message_);
    EXPECT_EQ(query_.disposition, dns::Disposition::forward);
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  const dns::Question& question() const { return query_.question; }

 private:
  Bytes message_;
  dns::Query query_;
};

}  // namespace firedrill
