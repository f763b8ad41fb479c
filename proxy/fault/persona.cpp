#include "proxy/fault/persona.h"

#include <algorithm>
#include <array>
#include <span>

namespace firedrill {
namespace {

// What differs between the pages of one program. Wording and case are theirs, mistakes included.
struct Entry {
  int code;
  std::string_view phrase;
  std::string_view title;  // or the text of the page
  bool closes = false;
};

// Of HAProxy 2.6.
constexpr std::array kHaproxy{
    Entry{200, "OK", "Service ready."},
    Entry{400, "Bad request", "Your browser sent an invalid request.", true},
    Entry{401, "Unauthorized", "You need a valid user and password to access this content."},
    Entry{403, "Forbidden", "Request forbidden by administrative rules."},
    Entry{404, "Not Found", "The resource could not be found."},
    Entry{405, "Method Not Allowed",
          "A request was made of a resource using a request method not supported by that resource"},
    Entry{407, "Unauthorized", "You need a valid user and password to access this content."},
    Entry{408, "Request Time-out", "Your browser didn't send a complete request in time.", true},
    Entry{410, "Gone", "The resource is no longer available and will not be available again."},
    Entry{413, "Payload Too Large", "The request entity exceeds the maximum allowed."},
    Entry{421, "Misdirected Request", "Request sent to a non-authoritative server."},
    Entry{422, "Unprocessable Content", "The server cannot process the contained instructions."},
    Entry{425, "Too Early", "Your browser sent early data."},
    Entry{429, "Too Many Requests", "You have sent too many requests in a given amount of time."},
    Entry{500, "Internal Server Error", "An internal server error occurred."},
    Entry{501, "Not Implemented",
          ".The server does not support the functionality required to fulfill the request."},
    Entry{502, "Bad Gateway", "The server returned an invalid or incomplete response."},
    Entry{503, "Service Unavailable", "No server is available to handle this request."},
    Entry{504, "Gateway Time-out", "The server didn't respond in time."},
};

// Of nginx 1.22. It never answers 408, but closes.
constexpr std::array kNginx{
    Entry{400, "Bad Request", "400 Bad Request", true},
    Entry{401, "Unauthorized", "401 Authorization Required"},
    Entry{402, "Payment Required", "402 Payment Required"},
    Entry{403, "Forbidden", "403 Forbidden"},
    Entry{404, "Not Found", "404 Not Found"},
    Entry{405, "Not Allowed", "405 Not Allowed"},
    Entry{406, "Not Acceptable", "406 Not Acceptable"},
    Entry{409, "Conflict", "409 Conflict"},
    Entry{410, "Gone", "410 Gone"},
    Entry{411, "Length Required", "411 Length Required"},
    Entry{412, "Precondition Failed", "412 Precondition Failed"},
    Entry{413, "Request Entity Too Large", "413 Request Entity Too Large", true},
    Entry{414, "Request-URI Too Large", "414 Request-URI Too Large", true},
    Entry{415, "Unsupported Media Type", "415 Unsupported Media Type"},
    Entry{416, "Requested Range Not Satisfiable", "416 Requested Range Not Satisfiable"},
    Entry{421, "Misdirected Request", "421 Misdirected Request"},
    Entry{429, "Too Many Requests", "429 Too Many Requests"},
    Entry{500, "Internal Server Error", "500 Internal Server Error", true},
    Entry{501, "Not Implemented", "501 Not Implemented", true},
    Entry{502, "Bad Gateway", "502 Bad Gateway"},
    Entry{503, "Service Temporarily Unavailable", "503 Service Temporarily Unavailable"},
    Entry{504, "Gateway Time-out", "504 Gateway Time-out"},
    Entry{505, "HTTP Version Not Supported", "505 HTTP Version Not Supported"},
    Entry{507, "Insufficient Storage", "507 Insufficient Storage"},
};

// Of an AWS application load balancer, as captured from outside.
constexpr std::array kAlb{
    Entry{400, "Bad Request", "400 Bad Request", true},
    Entry{403, "Forbidden", "403 Forbidden"},
    Entry{500, "Internal Server Error", "500 Internal Server Error"},
    Entry{502, "Bad Gateway", "502 Bad Gateway"},
    Entry{503, "Service Temporarily Unavailable", "503 Service Temporarily Unavailable"},
    Entry{504, "Gateway Time-out", "504 Gateway Time-out"},
};

// Of Envoy: what its router says of a broken upstream connection and of the commonest refusals.
constexpr std::array kEnvoy{
    Entry{403, "Forbidden", "RBAC: access denied"},
    Entry{404, "Not Found", ""},
    Entry{429, "Too Many Requests", "local_rate_limited"},
    Entry{
        502, "Bad Gateway",
        "upstream connect error or disconnect/reset before headers. reset reason: protocol error"},
    Entry{503, "Service Unavailable",
          "upstream connect error or disconnect/reset before headers. reset reason: connection "
          "failure"},
    Entry{504, "Gateway Timeout", "upstream request timeout"},
};

// Of `plain`: the registered phrases, and no pages.
constexpr std::array kPhrases{
    Entry{200, "OK", ""},
    Entry{201, "Created", ""},
    Entry{202, "Accepted", ""},
    Entry{203, "Non-Authoritative Information", ""},
    Entry{204, "No Content", ""},
    Entry{205, "Reset Content", ""},
    Entry{206, "Partial Content", ""},
    Entry{207, "Multi-Status", ""},
    Entry{300, "Multiple Choices", ""},
    Entry{301, "Moved Permanently", ""},
    Entry{302, "Found", ""},
    Entry{303, "See Other", ""},
    Entry{304, "Not Modified", ""},
    Entry{307, "Temporary Redirect", ""},
    Entry{308, "Permanent Redirect", ""},
    Entry{400, "Bad Request", ""},
    Entry{401, "Unauthorized", ""},
    Entry{402, "Payment Required", ""},
    Entry{403, "Forbidden", ""},
    Entry{404, "Not Found", ""},
    Entry{405, "Method Not Allowed", ""},
    Entry{406, "Not Acceptable", ""},
    Entry{407, "Proxy Authentication Required", ""},
    Entry{408, "Request Timeout", ""},
    Entry{409, "Conflict", ""},
    Entry{410, "Gone", ""},
    Entry{411, "Length Required", ""},
    Entry{412, "Precondition Failed", ""},
    Entry{413, "Content Too Large", ""},
    Entry{414, "URI Too Long", ""},
    Entry{415, "Unsupported Media Type", ""},
    Entry{416, "Range Not Satisfiable", ""},
    Entry{417, "Expectation Failed", ""},
    Entry{418, "I'm a teapot", ""},
    Entry{421, "Misdirected Request", ""},
    Entry{422, "Unprocessable Content", ""},
    Entry{423, "Locked", ""},
    Entry{424, "Failed Dependency", ""},
    Entry{425, "Too Early", ""},
    Entry{426, "Upgrade Required", ""},
    Entry{428, "Precondition Required", ""},
    Entry{429, "Too Many Requests", ""},
    Entry{431, "Request Header Fields Too Large", ""},
    Entry{451, "Unavailable For Legal Reasons", ""},
    Entry{500, "Internal Server Error", ""},
    Entry{501, "Not Implemented", ""},
    Entry{502, "Bad Gateway", ""},
    Entry{503, "Service Unavailable", ""},
    Entry{504, "Gateway Timeout", ""},
    Entry{505, "HTTP Version Not Supported", ""},
    Entry{507, "Insufficient Storage", ""},
    Entry{508, "Loop Detected", ""},
    Entry{511, "Network Authentication Required", ""},
};

std::span<const Entry> entries_of(Persona persona) {
  switch (persona) {
    case Persona::plain:
      return kPhrases;
    case Persona::haproxy:
      return kHaproxy;
    case Persona::nginx:
      return kNginx;
    case Persona::alb:
      return kAlb;
    case Persona::envoy:
      return kEnvoy;
  }
  return {};
}

// The page of nginx; the load balancer of AWS has the same without the signature.
std::string centred_page(std::string_view title, std::string_view signature) {
  std::string page = "<html>\r\n<head><title>";
  page.append(title).append("</title></head>\r\n<body>\r\n<center><h1>").append(title);
  page.append("</h1></center>\r\n");
  if (!signature.empty()) page.append("<hr><center>").append(signature).append("</center>\r\n");
  return page.append("</body>\r\n</html>\r\n");
}

std::string haproxy_page(const Entry& entry) {
  std::string page = "<html><body><h1>" + std::to_string(entry.code) + " ";
  page.append(entry.phrase).append("</h1>\n");
  return page.append(entry.title).append("\n</body></html>\n");
}

std::string body_of(Persona persona, const Entry& entry) {
  switch (persona) {
    case Persona::plain:
      return "";
    case Persona::haproxy:
      return haproxy_page(entry);
    case Persona::nginx:
      return centred_page(entry.title, "nginx/1.22.1");
    case Persona::alb:
      return centred_page(entry.title, "");
    case Persona::envoy:
      return std::string(entry.title);
  }
  return "";
}

std::string content_type_of(Persona persona, std::string_view body) {
  if (persona == Persona::plain) return "text/plain";
  if (persona == Persona::envoy) return body.empty() ? "" : "text/plain";
  return "text/html";
}

const Entry* find(Persona persona, int code) {
  const auto entries = entries_of(persona);
  const auto entry = std::ranges::find(entries, code, &Entry::code);
  return entry == entries.end() ? nullptr : &*entry;
}

}  // namespace

bool may_have_body(int code) {
  return code >= 200 && code != 204 && code != 205 && code != 304;
}

std::optional<Page> page_of(Persona persona, int code) {
  const Entry* entry = find(persona, code);
  if (entry == nullptr && persona != Persona::plain) return std::nullopt;
  Page page{.code = code};
  if (entry != nullptr) {
    page.phrase = entry->phrase;
    page.body = body_of(persona, *entry);
    page.closes = entry->closes;
  }
  if (may_have_body(code)) page.content_type = content_type_of(persona, page.body);
  return page;
}

std::string codes_of(Persona persona) {
  std::string codes;
  for (const Entry& entry : entries_of(persona)) {
    codes += (codes.empty() ? "" : ", ") + std::to_string(entry.code);
  }
  return codes;
}

}  // namespace firedrill
