#include "tests/fault/http_fault.h"

#include <algorithm>

namespace firedrill {
namespace {

using namespace test;

constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nSet-Cookie: a=1\r\n"
    "set-cookie: b=2\r\n\r\n";

std::string changed(std::string_view with, std::string_view head = kResponse) {
  const Exchanged exchanged("http.headers", with, {.response = head});
  EXPECT_EQ(exchanged.response_applied, Applied::yes);
  return Exchanged::edited(exchanged.response.edit, head);
}

TEST(HttpHeaders, SetsInPlaceAndTakesTheOtherLinesOfTheNameAway) {
  EXPECT_EQ(changed(R"({"set": {"set-cookie": "c=3", "X-New": "1"}})"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Set-Cookie: c=3\r\nX-New: 1\r\n\r\n");
}

TEST(HttpHeaders, AddsBehindWhatIsThere) {
  EXPECT_EQ(changed(R"({"add": ["Set-Cookie: c=3", "Set-Cookie: d=4"]})"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Set-Cookie: a=1\r\nset-cookie: b=2\r\nSet-Cookie: c=3\r\nSet-Cookie: d=4\r\n\r\n");
}

TEST(HttpHeaders, RemovesEveryLineOfAName) {
  EXPECT_EQ(changed(R"({"remove": ["Set-Cookie", "content-type"]})"),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpHeaders, RenamesTheCaseEvenOfWhatFramesTheMessage) {
  EXPECT_EQ(
      changed(R"({"rename": {"Content-Length": "content-length", "set-cookie": "SET-COOKIE"}})"),
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n"
      "SET-COOKIE: a=1\r\nSET-COOKIE: b=2\r\n\r\n");
}

TEST(HttpHeaders, DuplicatesEachLineRightBehindItself) {
  EXPECT_EQ(changed(R"({"duplicate": ["Set-Cookie"]})"),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Set-Cookie: a=1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nset-cookie: b=2\r\n\r\n");
}

TEST(HttpHeaders, ReversesTheLines) {
  EXPECT_EQ(changed(R"({"reorder": "reverse"})"),
            "HTTP/1.1 200 OK\r\nset-cookie: b=2\r\nSet-Cookie: a=1\r\nContent-Length: 5\r\n"
            "Content-Type: text/plain\r\n\r\n");
}

TEST(HttpHeaders, PutsTheNamedLinesFirstAndKeepsTheOrderOfTheRest) {
  EXPECT_EQ(changed(R"({"reorder": ["Set-Cookie", "X-None", "Content-Length"]})"),
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 5\r\n"
            "Content-Type: text/plain\r\n\r\n");
}

TEST(HttpHeaders, ShufflesTheSameLinesAlikeForTheSameSeed) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (char c = 'a'; c <= 'z'; ++c) head.append(1, c).append(": 1\r\n");
  head.append("\r\n");
  std::string shuffled = changed(R"({"reorder": "shuffle"})", head);
  EXPECT_EQ(shuffled, changed(R"({"reorder": "shuffle"})", head));
  EXPECT_NE(shuffled, head);
  std::ranges::sort(shuffled);
  std::ranges::sort(head);
  EXPECT_EQ(shuffled, head);
}

TEST(HttpHeaders, DoesTheChangesInAFixedOrder) {
  EXPECT_EQ(changed(R"({"reorder": "reverse", "duplicate": ["x-a"], "rename": {"X-A": "x-a"},
                        "add": {"X-A": "2"}, "set": {"X-A": "1"},
                        "remove": ["Content-Type", "Set-Cookie"]})"),
            "HTTP/1.1 200 OK\r\nx-a: 2\r\nx-a: 2\r\nx-a: 1\r\nx-a: 1\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpHeaders, ActsOnTheSideItIsGiven) {
  const auto edited = [](Direction direction) {
    const Exchanged exchanged("http.headers", R"({"set": {"X": "1"}})", {.direction = direction});
    return std::pair(!exchanged.request.edit.empty(), !exchanged.response.edit.empty());
  };
  EXPECT_EQ(edited(Direction::request), std::pair(true, false));
  EXPECT_EQ(edited(Direction::response), std::pair(false, true));
  EXPECT_EQ(edited(Direction::both), std::pair(true, true));
}

TEST(HttpHeaders, WaitsForTheResponseWhenItChangesNothingElse) {
  const auto spec = compile("http.headers", R"({"add": {"X": "1"}})").spec;
  EXPECT_TRUE(spec->waits_for_response(Direction::response));
  EXPECT_FALSE(spec->waits_for_response(Direction::request));
  EXPECT_FALSE(spec->waits_for_response(Direction::both));
}

TEST(HttpHeaders, CanNotBeDoneToAHeadWithoutTheFields) {
  for (const auto with : {R"({"remove": ["X-None"]})", R"({"duplicate": ["X-None"]})",
                          R"({"rename": {"content-type": "Content-Type"}})"}) {
    const Exchanged exchanged("http.headers", with, {.response = kResponse});
    EXPECT_EQ(exchanged.response_applied, Applied::no) << with;
    EXPECT_TRUE(exchanged.response.edit.empty()) << with;
  }
}

TEST(HttpHeaders, RefusesWhatWouldBreakTheMessage) {
  const auto refused = [](std::string_view with) { return refusal("http.headers", with); };
  EXPECT_EQ(refused(R"({"set": {"Content-Length": "5"}})"),
            "with.set.Content-Length: frames the message, which has to stay as it is");
  EXPECT_EQ(refused(R"({"add": ["connection: close"]})"),
            "with.add[0]: frames the message, which has to stay as it is");
  EXPECT_EQ(refused(R"({"remove": ["transfer-encoding"]})"),
            "with.remove: must not have transfer-encoding, which frames the message: http.malform "
            "breaks that");
  EXPECT_EQ(refused(R"({"duplicate": "Upgrade"})"),
            "with.duplicate: must not have Upgrade, which frames the message: http.malform breaks "
            "that");
  EXPECT_EQ(refused(R"({"remove": ["a b"]})"),
            "with.remove[0]: must be the name of a header field, such as X-Request-Id, not "
            "\"a b\"");
}

TEST(HttpHeaders, RefusesWhatItDoesNotKnow) {
  const auto refused = [](std::string_view with) { return refusal("http.headers", with); };
  EXPECT_EQ(refused("{}"),
            "with.remove: must be given, or one of set, add, rename, duplicate and reorder");
  EXPECT_EQ(refused(R"({"rename": {"X-A": "X-B"}})"),
            "with.rename.X-A: must be the same name in another case, not \"X-B\"");
  EXPECT_EQ(refused(R"({"reorder": "sort"})"),
            "with.reorder: must be reverse, shuffle, or a list of the header names that come "
            "first, not \"sort\"");
}

}  // namespace
}  // namespace firedrill
