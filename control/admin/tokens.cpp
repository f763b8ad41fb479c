#include "control/admin/tokens.h"

#include "proxy/session/file_text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <sys/stat.h>

namespace firedrill::admin {
namespace {

std::optional<Role> role_of(std::string_view word) {
  if (word == "viewer") return Role::viewers;
  if (word == "triage") return Role::triage;
  if (word == "operator") return Role::operators;
  if (word == "halt") return Role::halters;
  return std::nullopt;
}

}  // namespace

bool permits(Role held, Role needed) {
  switch (needed) {
    case Role::anybody:
      return true;
    case Role::viewers:
      return held == Role::viewers || held == Role::triage || held == Role::operators;
    case Role::triage:
      return held == Role::triage || held == Role::operators;
    case Role::halters:
      return held == Role::halters || held == Role::triage || held == Role::operators;
    case Role::operators:
      return held == Role::operators;
  }
  return false;
}

Result<Tokens> Tokens::parse(std::string_view text) {
  Tokens tokens;
  Problems problems;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    const auto role = role_of(line.substr(0, first));
    if (second == line.npos || second == first + 1 || second + 1 == line.size() || !role) {
      // The line itself is not shown: it may hold a token.
      problems.push_back(
          {"",
           "must be role:name:token, with a role of viewer, triage, operator or halt",
           {number, 1}});
      continue;
    }
    tokens.known_.push_back(
        {.caller = {.name = std::string(line.substr(first + 1, second - first - 1)), .role = *role},
         .digest = digest(line.substr(second + 1))});
  }
  if (tokens.known_.empty() && problems.empty()) problems.push_back({"", "holds no token"});
  if (!problems.empty()) return problems;
  return tokens;
}

Result<Tokens> Tokens::load(const std::string& path) {
  struct stat status {};
  const bool regular = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  const auto text = regular ? file_text(path) : Problems{};
  if (text.has_error()) return Problems{{"admin.tokens_file", "cannot read " + path}};
  if ((status.st_mode & S_IROTH) != 0) {
    return Problems{{"admin.tokens_file", path + " must not be readable by everybody (chmod 600)"}};
  }
  auto tokens = parse(*text);
  if (tokens) return tokens;
  Problems problems = tokens.error();
  for (Problem& problem : problems) {
    const auto line = problem.at.line == 0 ? "" : ":" + std::to_string(problem.at.line);
    problem = {"admin.tokens_file", path + line + " " + problem.what};
  }
  return problems;
}

std::optional<Caller> Tokens::find(std::string_view token) const {
  const Digest wanted = digest(token);
  std::optional<Caller> found;
  for (const Known& known : known_) {
    if (CRYPTO_memcmp(wanted.data(), known.digest.data(), wanted.size()) == 0) {
      found = known.caller;
    }
  }
  return found;
}

Tokens::Digest Tokens::digest(std::string_view token) {
  Digest digest{};
  EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace firedrill::admin
