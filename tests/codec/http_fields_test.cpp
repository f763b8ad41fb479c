#include "tests/codec/http_scan.h"

namespace firedrill::http {
namespace {

Reason reason_of_fields(std::string_view lines) {
  return reason_of_request(request_with(lines));
}

RequestHead head_of(const std::string& message) {
  RequestScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(message)), kComplete) << message;
  return scanner.head();
}

TEST(HttpFields, KeepOrderCaseAndBytes) {
  const std::string message = request_with("X-One:1\r\nx-TWO: \t two words\t \r\nEmpty:\r\n");
  const RequestHead head = head_of(message);
  const auto fields = head.fields.all();
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[1].name, "X-One");
  EXPECT_EQ(fields[1].value, "1");
  EXPECT_EQ(fields[1].line, "X-One:1\r\n");
  EXPECT_EQ(fields[2].name, "x-TWO");
  EXPECT_EQ(fields[2].value, "two words");
  EXPECT_EQ(fields[2].line, "x-TWO: \t two words\t \r\n");
  EXPECT_EQ(fields[3].value, "");
  EXPECT_EQ(head.fields.find("X-two"), &fields[2]);
  EXPECT_EQ(head.fields.find("x-tw"), nullptr);
}

TEST(HttpFields, NamesAreTokens) {
  EXPECT_EQ(reason_of_fields("!#$%&'*+-.^_`|~aZ9: v\r\n"), Reason::none);
  EXPECT_EQ(reason_of_fields("X-A : v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields("X-A\t: v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields(": v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields("X-A\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields("X-A\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_fields("X(A: v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields("X\xE9: v\r\n"), Reason::bad_field_name);
  EXPECT_EQ(reason_of_fields(std::string_view("X\0: v\r\n", 8)), Reason::bad_field_name);
}

TEST(HttpFields, AreNotFolded) {
  EXPECT_EQ(reason_of_fields("X-A: v\r\n w\r\n"), Reason::folded_field);
  EXPECT_EQ(reason_of_fields("X-A: v\r\n\tw\r\n"), Reason::folded_field);
  EXPECT_EQ(reason_of_fields("X-A: v\r\n \r\n"), Reason::folded_field);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), Reason::folded_field);
}

TEST(HttpFields, ValuesHoldNoControlButTab) {
  for (int c = 0; c < 256; ++c) {
    // Once where the vector code looks and once in the table's tail.
    for (const std::size_t behind : {std::size_t{0}, std::size_t{40}}) {
      const std::string line = "X-A: some value " + std::string(1, static_cast<char>(c)) +
                               std::string(behind, 'v') + "\r\n";
      const Reason reason = reason_of_fields(line);
      const bool allowed = c == '\t' || (c >= 0x20 && c != 0x7F);
      const Reason expected = allowed     ? Reason::none
                              : c == '\n' ? Reason::bare_lf
                              : c == '\r' ? Reason::bare_cr
                                          : Reason::control_character;
      EXPECT_EQ(reason, expected) << "character " << c;
    }
  }
}

TEST(HttpFields, EndInCrLfOnly) {
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\n\r\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"), Reason::bare_cr);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\r\n\n"), Reason::bare_lf);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\r\n\rX"), Reason::bare_cr);
}

TEST(HttpFields, LookAlikesOfFramingAreRefused) {
  for (const auto name :
       {"content_length", "Content_Length", "Content.Length", "ContentLength", "Content--Length",
        "Content-Length-", "-Content-Length", "_content-length", "transfer_encoding",
        "Transfer.Encoding", "TransferEncoding", "Transfer-Encoding_", "!transfer~encoding"}) {
    EXPECT_EQ(reason_of_fields(std::string(name) + ": 0\r\n"), Reason::framing_look_alike) << name;
  }
  for (const auto name : {"X-Content-Length", "Content-Length2", "Content-Lengths", "Content-Lengt",
                          "Transfer-Encodin", "X_Transfer_Encoding", "Content-Location"}) {
    EXPECT_EQ(reason_of_fields(std::string(name) + ": 0\r\n"), Reason::none) << name;
  }
}

TEST(HttpFields, AreLimitedToAHundred) {
  const auto with_fields = [](std::size_t count) {
    std::string lines;
    for (std::size_t i = 1; i < count; ++i) lines += "X:y\r\n";
    return request_with(lines);
  };
  EXPECT_EQ(head_of(with_fields(100)).fields.all().size(), 100U);
  EXPECT_EQ(reason_of_request(with_fields(101)), Reason::too_many_fields);
  EXPECT_EQ(status_of(Reason::too_many_fields), 431);
}

TEST(HttpFields, ConnectionOptionsAreLimited) {
  const auto with_options = [](int count) {
    std::string line = "Connection: a";
    for (int i = 1; i < count; ++i) line += ",a";
    return line + "\r\n";
  };
  EXPECT_EQ(reason_of_fields(with_options(64)), Reason::none);
  EXPECT_EQ(reason_of_fields(with_options(65)), Reason::too_many_fields);
  EXPECT_EQ(reason_of_fields(with_options(32) + with_options(33)), Reason::too_many_fields);
}

TEST(HttpFields, HeadIsLimitedTo32KiB) {
  const auto head_with_size = [](std::size_t size) {
    const std::size_t rest = request_with("X: \r\n").size();
    return request_with("X: " + std::string(size - rest, 'x') + "\r\n");
  };
  RequestScanner scanner;
  EXPECT_EQ(scanner.scan(as_bytes(head_with_size(32_KiB) + "body")), kComplete);
  EXPECT_EQ(scanner.scan(as_bytes(head_with_size(32_KiB + 1))), refuse(Reason::head_too_large));

  const std::string endless = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(32_KiB, 'x');
  EXPECT_EQ(scanner.scan(as_bytes(endless.substr(0, 32_KiB - 1))), kIncomplete);
  EXPECT_EQ(scanner.scan(as_bytes(endless.substr(0, 32_KiB))), refuse(Reason::head_too_large));
  EXPECT_EQ(status_of(Reason::head_too_large), 431);
}

TEST(HttpContentLength, IsOneDecimalNumberBelowTwoToThe63) {
  EXPECT_EQ(head_of(request_with("Content-Length: 0\r\n")).framing,
            (Framing{.kind = Framing::Kind::length, .length = 0}));
  EXPECT_EQ(head_of(request_with("content-LENGTH:12\t\r\n")).framing,
            (Framing{.kind = Framing::Kind::length, .length = 12}));
  EXPECT_EQ(head_of(request_with("Content-Length: 9223372036854775807\r\n")).framing.length,
            9223372036854775807ULL);
  for (const auto value :
       {"9223372036854775808", "18446744073709551616", "00000000000000000001", "", "+1", "-1",
        "1,1", "1, 1", "1 1", "0x1", "1.0", "1;", "a", "\xC2\xB2"}) {
    EXPECT_EQ(reason_of_fields("Content-Length: " + std::string(value) + "\r\n"),
              Reason::bad_content_length)
        << value;
  }
}

TEST(HttpContentLength, StandsOnlyOnce) {
  EXPECT_EQ(reason_of_fields("Content-Length: 1\r\nContent-Length: 1\r\n"),
            Reason::duplicate_content_length);
  EXPECT_EQ(reason_of_fields("Content-Length: 1\r\nX: y\r\ncontent-length: 2\r\n"),
            Reason::duplicate_content_length);
}

TEST(HttpTransferEncoding, IsExactlyChunked) {
  EXPECT_EQ(head_of(request_with("Transfer-Encoding: chunked\r\n")).framing,
            (Framing{.kind = Framing::Kind::chunked}));
  EXPECT_EQ(head_of(request_with("transfer-encoding:chunked\r\n")).framing.kind,
            Framing::Kind::chunked);
  for (const auto value :
       {"", "xchunked", "chunkedx", "Chunked", "chunked,", "chunked, chunked", "gzip, chunked",
        "chunked, identity", "identity", "gzip", "\"chunked\"", "chunked;q=1", "chunked chunked"}) {
    EXPECT_EQ(reason_of_fields("Transfer-Encoding: " + std::string(value) + "\r\n"),
              Reason::bad_transfer_encoding)
        << value;
  }
}

TEST(HttpTransferEncoding, StandsOnceAndAloneAndInOneDotOne) {
  EXPECT_EQ(reason_of_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            Reason::bad_transfer_encoding);
  EXPECT_EQ(reason_of_fields("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
            Reason::conflicting_lengths);
  EXPECT_EQ(reason_of_fields("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
            Reason::conflicting_lengths);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Reason::bad_transfer_encoding);
}

TEST(HttpHost, StandsExactlyOnceInOneDotOne) {
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), Reason::none);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\n\r\n"), Reason::missing_host);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n"),
            Reason::duplicate_host);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.0\r\n\r\n"), Reason::none);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
            Reason::duplicate_host);
  EXPECT_EQ(reason_of_request("GET / HTTP/1.0\r\nHost: @\r\n\r\n"), Reason::bad_host);
}

TEST(HttpHost, IsANameOrAddressWithAnOptionalPort) {
  for (const auto host : {"a", "a.b-c_d~e", "10.0.0.1", "a:0", "a:65535", "[::1]", "[::1]:80",
                          "[::ffff:1.2.3.4]", "[FE80::abcd]:8080", "a."}) {
    EXPECT_TRUE(is_valid_host(host)) << host;
  }
  for (const auto host :
       {"",         ":80", "a:",  "a:65536", "a:123456", "a:8x",   "a:-1",  "a:80:80",
        "a,b",      "a b", "u@a", "a/b",     "a?b",      "a#b",    "a%41",  "http://a",
        "[]",       "[1]", "[:]", "[::1",    "::1",      "[::1]x", "[::g]", "[fe80::1%25eth0]",
        "a\xC3\xA4"}) {
    EXPECT_FALSE(is_valid_host(host)) << host;
    EXPECT_EQ(reason_of_request("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"),
              Reason::bad_host)
        << host;
  }
}

TEST(HttpConnection, DecidesWhetherTheConnectionIsKept) {
  const auto kept = [](std::string_view version, std::string_view lines) {
    return head_of("GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(lines) +
                   "\r\n")
        .keep_alive;
  };
  EXPECT_TRUE(kept("1.1", ""));
  EXPECT_TRUE(kept("1.1", "Connection: x-close\r\n"));
  EXPECT_FALSE(kept("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(kept("1.1", "Connection: , foo ,\tCLOSE,\r\n"));
  EXPECT_FALSE(kept("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(kept("1.0", ""));
  EXPECT_TRUE(kept("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(kept("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(HttpConnection, UpgradeNeedsBothFields) {
  const auto upgrades = [](std::string_view lines) { return head_of(request_with(lines)).upgrade; };
  EXPECT_TRUE(upgrades("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_FALSE(upgrades("Upgrade: websocket\r\n"));
  EXPECT_FALSE(upgrades("Connection: upgrade\r\n"));
  EXPECT_FALSE(upgrades("Connection: upgrade\r\nUpgrade:\r\n"));
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n").upgrade);
}

TEST(HttpExpect, IsKnownInOneDotOne) {
  EXPECT_TRUE(head_of(request_with("Expect: 100-Continue\r\n")).expects_continue);
  EXPECT_FALSE(head_of(request_with("Expect: 100-continued\r\n")).expects_continue);
  EXPECT_FALSE(head_of(request_with("")).expects_continue);
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(HttpScanner, ForgetsThePreviousMessage) {
  RequestScanner scanner;
  const std::string first = request_with(
      "Content-Length: 3\r\nConnection: close, upgrade\r\nUpgrade: x\r\nExpect: 100-continue\r\n");
  const std::string second = "GET /b HTTP/1.1\r\nHost: b\r\n\r\n";
  ASSERT_TRUE(scanner.scan(as_bytes(first)).complete());
  ASSERT_TRUE(scanner.scan(as_bytes(second)).complete());
  EXPECT_EQ(scanner.head().fields.all().size(), 1U);
  EXPECT_EQ(scanner.head().framing, Framing{});
  EXPECT_TRUE(scanner.head().keep_alive);
  EXPECT_FALSE(scanner.head().upgrade);
  EXPECT_FALSE(scanner.head().expects_continue);
  EXPECT_EQ(scanner.head().fields.find(FieldKind::content_length), nullptr);
}

TEST(HttpScanner, IsWorthAskingAgainWhenALineEndsOrALimitIsCrossed) {
  const RequestScanner scanner;
  const std::string message = request_with("X: y\r\n");
  int scans = 0;
  for (std::size_t size = 1; size <= message.size(); ++size) {
    const std::string_view prefix{message.data(), size};
    const bool worth = scanner.worth_scanning(as_bytes(prefix), size - 1);
    EXPECT_EQ(worth, prefix.back() == '\n');
    scans += worth ? 1 : 0;
  }
  EXPECT_EQ(scans, 4);

  const std::string endless(40_KiB, 'x');
  const auto worth = [&](std::size_t seen, std::size_t size) {
    return scanner.worth_scanning(as_bytes({endless.data(), size}), seen);
  };
  EXPECT_FALSE(worth(8_KiB - 2, 8_KiB - 1));
  EXPECT_TRUE(worth(8_KiB - 1, 8_KiB));
  EXPECT_TRUE(worth(8_KiB + 1, 8_KiB + 2));
  EXPECT_FALSE(worth(32_KiB - 2, 32_KiB - 1));
  EXPECT_TRUE(worth(32_KiB - 1, 32_KiB));
}

}  // namespace
}  // namespace firedrill::http
