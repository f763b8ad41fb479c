#pragma once

#include "proxy/core/kind.h"
#include "proxy/fault/header_line.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Whose error page a response looks like, down to its bytes: a client, or somebody who watches it,
// cannot tell the two apart.
enum class Persona : std::uint8_t { plain, haproxy, nginx, alb, envoy };

template <>
struct Names<Persona> {
  static constexpr std::pair<std::string_view, Persona> kAll[] = {{"plain", Persona::plain},
                                                                  {"haproxy", Persona::haproxy},
                                                                  {"nginx", Persona::nginx},
                                                                  {"alb", Persona::alb},
                                                                  {"envoy", Persona::envoy}};
};
template <>
struct Kind<Persona> : EnumKind<Persona> {};

// The page that a persona has for one status.
struct Page {
  int code = 0;
  std::string_view phrase = {};   // of the status line
  std::string content_type = {};  // none when empty
  std::string body = {};
  bool closes = false;     // the persona ends the connection with it
  bool cacheable = false;  // HAProxy says of its own pages that they are not
};

// Nothing where the real program never answers so by itself. `plain` has a page, without a body,
// for every code from 200 on.
std::optional<Page> page_of(Persona persona, int code);

// The codes that the persona has pages for, as a message lists them: "400, 403, 500".
std::string codes_of(Persona persona);

// Whether a response with this code may have a body (RFC 9110, 15).
bool may_have_body(int code);

enum class AfterAnswer : std::uint8_t { stay_open, close };

// A response head ready to be sent, but for the time where it has one.
struct HeadText {
  std::string text;
  std::optional<std::size_t> date_offset;
};

// The head that `persona` puts before `page`, with the `extra` fields of the operator: one whose
// name the persona uses takes that one's place, the rest stand at the end.
HeadText head_of(Persona persona, const Page& page, const HeaderLines& extra, AfterAnswer after);

}  // namespace firedrill
