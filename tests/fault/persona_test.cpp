// The bytes of other programs' error pages, as these programs send them. tests/e2e/test_personas.py
// compares with HAProxy and nginx themselves.
#include "proxy/fault/persona.h"

#include "proxy/fault/answer.h"
#include "tests/fault/support.h"

namespace firedrill {
namespace {

using namespace test;

std::string page(Persona persona, int code, AfterAnswer after = AfterAnswer::stay_open) {
  const Page page = *page_of(persona, code);
  return head_of(persona, page, {}, after).text + page.body;
}

TEST(Persona, Haproxy503) {
  EXPECT_EQ(page(Persona::haproxy, 503),
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n"
            "content-type: text/html\r\n\r\n<html><body><h1>503 Service Unavailable</h1>\n"
            "No server is available to handle this request.\n</body></html>\n");
}

TEST(Persona, Haproxy503OnAConnectionThatCloses) {
  EXPECT_EQ(page(Persona::haproxy, 503, AfterAnswer::close),
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n"
            "content-type: text/html\r\nconnection: close\r\n\r\n"
            "<html><body><h1>503 Service Unavailable</h1>\n"
            "No server is available to handle this request.\n</body></html>\n");
}

TEST(Persona, Haproxy504) {
  EXPECT_EQ(page(Persona::haproxy, 504),
            "HTTP/1.1 504 Gateway Time-out\r\ncontent-length: 92\r\ncache-control: no-cache\r\n"
            "content-type: text/html\r\n\r\n<html><body><h1>504 Gateway Time-out</h1>\n"
            "The server didn't respond in time.\n</body></html>\n");
}

TEST(Persona, HaproxyAndNginxCloseAfterABadRequest) {
  EXPECT_TRUE(page_of(Persona::haproxy, 400)->closes);
  EXPECT_TRUE(page_of(Persona::nginx, 400)->closes);
  EXPECT_FALSE(page_of(Persona::haproxy, 500)->closes);
  EXPECT_TRUE(page_of(Persona::nginx, 500)->closes);
}

TEST(Persona, Nginx502) {
  EXPECT_EQ(page(Persona::nginx, 502),
            "HTTP/1.1 502 Bad Gateway\r\nServer: nginx/1.22.1\r\n"
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/html\r\n"
            "Content-Length: 157\r\nConnection: keep-alive\r\n\r\n"
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
            "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"
            "</body>\r\n</html>\r\n");
}

TEST(Persona, NginxSaysOneThingInTheStatusLineAndAnotherOnThePageOf401) {
  const std::string bytes = page(Persona::nginx, 401);
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_NE(bytes.find("<title>401 Authorization Required</title>"), std::string::npos);
}

TEST(Persona, Alb503) {
  EXPECT_EQ(
      page(Persona::alb, 503),
      "HTTP/1.1 503 Service Temporarily Unavailable\r\nServer: awselb/2.0\r\n"
      "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: text/html\r\n"
      "Content-Length: 162\r\nConnection: keep-alive\r\n\r\n"
      "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
      "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n"
      "</body>\r\n</html>\r\n");
}

TEST(Persona, AlbPagesAreAsLongAsThoseSeenOutside) {
  EXPECT_NE(page(Persona::alb, 502).find("\r\nContent-Length: 122\r\n"), std::string::npos);
  EXPECT_NE(page(Persona::alb, 504).find("\r\nContent-Length: 132\r\n"), std::string::npos);
}

TEST(Persona, Envoy503) {
  EXPECT_EQ(page(Persona::envoy, 503),
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 91\r\ncontent-type: text/plain\r\n"
            "date: Thu, 01 Jan 1970 00:00:00 GMT\r\nserver: envoy\r\n\r\n"
            "upstream connect error or disconnect/reset before headers. reset reason: connection "
            "failure");
}

TEST(Persona, AnswersOnlyWithWhatTheProgramHas) {
  EXPECT_FALSE(page_of(Persona::haproxy, 418).has_value());
  EXPECT_EQ(refusal("http.status", R"({"code": 418, "persona": "alb"})"),
            "with.code: is none that alb answers with; it has 400, 403, 500, 502, 503, 504, and "
            "plain has all");
}

TEST(Persona, TellsWhereTheDateStands) {
  const HeadText head =
      head_of(Persona::nginx, *page_of(Persona::nginx, 503), {}, AfterAnswer::stay_open);
  ASSERT_TRUE(head.date_offset.has_value());
  EXPECT_EQ(head.text.substr(*head.date_offset, kDatePlaceholder.size()), kDatePlaceholder);
}

}  // namespace
}  // namespace firedrill
