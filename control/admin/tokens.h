#pragma once

#include "control/admin/http.h"
#include "control/admin/secret.h"
#include "proxy/core/result.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::admin {

// Whether a caller with the role `held` may use a route that needs `needed`.
bool permits(Role held, Role needed);

// The bearer tokens that the admin API knows. Only their SHA-256 is kept, and a token is compared
// with all of them in constant time.
class Tokens {
 public:
  // Reads lines `role:name:token`, where the role is viewer, triage, operator or halt. Blank lines
  // and lines that start with # are skipped.
  static Result<Tokens> parse(std::string_view text);
  // The same from a file, which must not be readable by everybody.
  static Result<Tokens> load(const std::string& path);

  // With no tokens everybody is the local operator.
  bool empty() const { return known_.empty(); }
  std::optional<Caller> find(std::string_view token) const;

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Known {
    Caller caller;
    Digest digest;
  };
  static Digest digest(std::string_view token);

  std::vector<Known> known_;
};

}  // namespace firedrill::admin
