#include "tests/codec/http_scan.h"

namespace firedrill::http {
namespace {

Reason reason_of_line(std::string_view line) {
  return reason_of_request(std::string(line) + "\r\nHost: a\r\n\r\n");
}

TEST(HttpRequestLine, GivesItsPartsAsViewsIntoTheBytes) {
  const std::string message = "POST /a/b?x=1&y=%20 HTTP/1.1\r\nHost: a.example:8080\r\n\r\nbody";
  RequestScanner scanner;
  ASSERT_EQ(scanner.scan(as_bytes(message)), kComplete);
  const RequestHead& head = scanner.head();
  EXPECT_EQ(head.size, message.size() - 4);
  EXPECT_EQ(head.raw, message.substr(0, head.size));
  EXPECT_EQ(head.start_line, "POST /a/b?x=1&y=%20 HTTP/1.1\r\n");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target.form, Target::Form::origin);
  EXPECT_EQ(head.target.raw, "/a/b?x=1&y=%20");
  EXPECT_EQ(head.target.path, "/a/b");
  EXPECT_EQ(head.target.query, "x=1&y=%20");
  EXPECT_EQ(head.host, "a.example:8080");
  EXPECT_EQ(head.version_minor, 1);
  EXPECT_EQ(head.method.data(), message.data());
}

TEST(HttpRequestLine, WantsSingleSpacesAndAVersion) {
  EXPECT_EQ(reason_of_line("GET / HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("GET / HTTP/1.0"), Reason::none);
  EXPECT_EQ(reason_of_line("GET  / HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET /  HTTP/1.1"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/1.1 "), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET\t/ HTTP/1.1"), Reason::bad_method);
  EXPECT_EQ(reason_of_line("GET /\tHTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line(" GET / HTTP/1.1"), Reason::bad_method);
  EXPECT_EQ(reason_of_line("GET /"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / "), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET"), Reason::bad_method);
  EXPECT_EQ(reason_of_line("GET / x HTTP/1.1"), Reason::bad_version);
}

TEST(HttpRequestLine, RefusesOtherVersions) {
  EXPECT_EQ(reason_of_line("GET / HTTP/2.0"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/0.9"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/1.2"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("PRI * HTTP/2.0"), Reason::unsupported_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/1.10"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/11"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/1,1"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/1.x"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTP/x.1"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / http/1.1"), Reason::bad_version);
  EXPECT_EQ(reason_of_line("GET / HTTPS/1.1"), Reason::bad_version);
  EXPECT_EQ(status_of(Reason::unsupported_version), 505);
}

TEST(HttpRequestLine, WantsATokenAsMethod) {
  EXPECT_EQ(reason_of_line("M-SEARCH / HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("!#$%&'*+-.^_`|~09 / HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("G@T / HTTP/1.1"), Reason::bad_method);
  EXPECT_EQ(reason_of_line("GET: / HTTP/1.1"), Reason::bad_method);
  EXPECT_EQ(reason_of_line("G\xC3\x89T / HTTP/1.1"), Reason::bad_method);
  EXPECT_EQ(reason_of_line(std::string(32, 'M') + " / HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line(std::string(33, 'M') + " / HTTP/1.1"), Reason::method_too_long);
  EXPECT_EQ(status_of(Reason::method_too_long), 501);
}

TEST(HttpRequestLine, AllowsExactlyVisibleCharactersInTheTarget) {
  for (int c = 0; c < 256; ++c) {
    const std::string target = "/aaaaaaaaaaaaaaaaaaaa" + std::string(1, static_cast<char>(c)) + "b";
    const Reason reason = reason_of_line("GET " + target + " HTTP/1.1");
    const bool visible = c >= 0x21 && c <= 0x7E;
    const bool ends = c == ' ' || c == '\r' || c == '\n';
    EXPECT_EQ(reason, visible ? Reason::none
                      : ends  ? Reason::bad_version
                              : Reason::bad_target)
        << "character " << c;
  }
}

TEST(HttpRequestLine, ToleratesOneEmptyLineBeforeIt) {
  const std::string message = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(reason_of_request(message), Reason::none);
  RequestScanner scanner;
  ASSERT_TRUE(scanner.scan(as_bytes(message)).complete());
  EXPECT_EQ(scanner.head().size, message.size());
  EXPECT_EQ(scanner.head().raw, message.substr(2));

  EXPECT_EQ(reason_of_request("\r\n" + message), Reason::bad_method);
  EXPECT_EQ(reason_of_request("\n" + message), Reason::bad_method);
  EXPECT_EQ(reason_of_request("\r" + message), Reason::bare_cr);
}

TEST(HttpRequestLine, EndsInCrLfOnly) {
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\nHost: a\r\n\r\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\rHost: a\r\n\r\n"), Reason::bare_cr);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"), Reason::bare_cr);
}

TEST(HttpRequestLine, AbsoluteFormMustAgreeWithHost) {
  EXPECT_EQ(reason_of_line("GET http://a/x HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("GET HTTP://A/x HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("GET https://a HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("GET http://a:80/x HTTP/1.1"), Reason::host_mismatch);
  EXPECT_EQ(reason_of_line("GET http://b/x HTTP/1.1"), Reason::host_mismatch);
  EXPECT_EQ(reason_of_line("GET http://u@a/x HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET http://a#f HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET http:///x HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET ftp://a/x HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET http:/a/x HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET a HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("GET ?x HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_request("GET http://a/x HTTP/1.1\r\n\r\n"), Reason::missing_host);
}

TEST(HttpRequestLine, AbsoluteFormIsTakenApart) {
  const auto target_of = [](std::string_view raw) { return parse_target("GET", raw).target; };
  EXPECT_EQ(target_of("http://a.b:8/x/y?q").authority, "a.b:8");
  EXPECT_EQ(target_of("http://a.b:8/x/y?q").path, "/x/y");
  EXPECT_EQ(target_of("http://a.b:8/x/y?q").query, "q");
  EXPECT_EQ(target_of("http://a?q").path, "/");
  EXPECT_EQ(target_of("http://a?q").query, "q");
  EXPECT_EQ(target_of("http://a").path, "/");
  EXPECT_EQ(target_of("http://a").query, "");
  EXPECT_EQ(target_of("/?a?b").path, "/");
  EXPECT_EQ(target_of("/?a?b").query, "a?b");
  EXPECT_EQ(target_of("//a/b").path, "//a/b");
}

TEST(HttpRequestLine, AsteriskIsForOptionsOnly) {
  EXPECT_EQ(reason_of_line("OPTIONS * HTTP/1.1"), Reason::none);
  EXPECT_EQ(reason_of_line("GET * HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("options * HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("OPTIONS ** HTTP/1.1"), Reason::bad_target);
  EXPECT_EQ(reason_of_line("OPTIONS / HTTP/1.1"), Reason::none);
}

TEST(HttpRequestLine, ConnectIsNotAllowed) {
  EXPECT_EQ(reason_of_line("CONNECT a:443 HTTP/1.1"), Reason::method_not_allowed);
  EXPECT_EQ(reason_of_line("CONNECT / HTTP/1.1"), Reason::method_not_allowed);
  EXPECT_EQ(reason_of_line("CONNECTS / HTTP/1.1"), Reason::none);
  EXPECT_EQ(status_of(Reason::method_not_allowed), 405);
}

TEST(HttpRequestLine, IsLimitedToEightKiB) {
  const auto with_line_of = [](std::size_t size) {
    const std::string rest = " HTTP/1.1\r\n";
    return "GET /" + std::string(size - 5 - rest.size(), 'x') + rest + "Host: a\r\n\r\n";
  };
  RequestScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(with_line_of(8_KiB))), kComplete);
  EXPECT_EQ(scanner.scan(as_bytes(with_line_of(8_KiB + 1))), refuse(Reason::request_line_too_long));
  EXPECT_EQ(scanner.scan(as_bytes("\r\n" + with_line_of(8_KiB))), kComplete);

  const std::string endless = "GET /" + std::string(8_KiB, 'x');
  EXPECT_EQ(scanner.scan(as_bytes(endless.substr(0, 8_KiB - 1))), kIncomplete);
  EXPECT_EQ(scanner.scan(as_bytes(endless.substr(0, 8_KiB))),
            refuse(Reason::request_line_too_long));
  EXPECT_EQ(status_of(Reason::request_line_too_long), 414);
}

TEST(HttpRequestLine, KnowsIdempotentMethods) {
  const auto is_idempotent = [](std::string_view method) {
    RequestHead head;
    head.method = method;
    return head.is_idempotent();
  };
  for (const auto method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    EXPECT_TRUE(is_idempotent(method)) << method;
  }
  for (const auto method : {"POST", "PATCH", "get", "GETS", "LOCK"}) {
    EXPECT_FALSE(is_idempotent(method)) << method;
  }
}

}  // namespace
}  // namespace firedrill::http
