#include "proxy/fault/body_template.h"

#include "proxy/core/bytes.h"

#include <gtest/gtest.h>

namespace firedrill {
namespace {

std::string filled(std::string_view text, std::string_view request) {
  http::RequestScanner scanner;
  EXPECT_TRUE(scanner.scan(as_bytes(request)).complete());
  const BodyTemplate body(text);
  EXPECT_EQ(body.wrong(), "");
  return body.fill(scanner.head(), 503);
}

constexpr std::string_view kRequest =
    "POST /a%20b?x=1&y HTTP/1.1\r\nHost: shop:80\r\nX-Id: 7\r\nx-id: 8\r\n\r\n";

TEST(BodyTemplate, PutsInWhatTheRequestSays) {
  EXPECT_EQ(filled("${method} ${path}?${query} at ${host}: ${status}", kRequest),
            "POST /a%20b?x=1&y at shop:80: 503");
}

TEST(BodyTemplate, PutsInHeadersWhateverTheirCaseAndNothingForThoseThatAreNotThere) {
  EXPECT_EQ(filled("[${header.X-ID}][${header.missing}]", kRequest), "[7, 8][]");
}

TEST(BodyTemplate, LeavesOutControlCharacters) {
  EXPECT_EQ(filled("${header.a}", "GET / HTTP/1.0\r\nA: x\ty\r\n\r\n"), "xy");
}

TEST(BodyTemplate, LeavesOtherTextAlone) {
  EXPECT_EQ(filled("$5 {x} $ } $", kRequest), "$5 {x} $ } $");
}

TEST(BodyTemplate, SaysWhatItDoesNotKnow) {
  const std::string known =
      "\"; there are ${method}, ${path}, ${query}, ${host}, ${header.NAME} and ${status}";
  EXPECT_EQ(BodyTemplate("a ${nope} b").wrong(), "has the placeholder \"${nope" + known);
  EXPECT_EQ(BodyTemplate("${header.}").wrong(), "has the placeholder \"${header." + known);
  EXPECT_EQ(BodyTemplate("a ${method").wrong(), "has the placeholder \"${method" + known);
}

}  // namespace
}  // namespace firedrill
