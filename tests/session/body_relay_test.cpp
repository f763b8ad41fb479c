#include "proxy/session/body_relay.h"

#include "tests/session/event_rules.h"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace firedrill {
namespace {

using namespace test;
using http::Framing;

constexpr Framing kChunked{.kind = Framing::Kind::chunked};
constexpr Framing kUntilClose{.kind = Framing::Kind::until_close};

Framing length(std::uint64_t size) {
  return {.kind = Framing::Kind::length, .length = size};
}

class Idle final : public Runnable {
 public:
  void run() override {}
};

// The client's end of a response: an outlet that writes to a real socket, and the other end of it.
class Client {
 public:
  Client() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    EXPECT_TRUE(stream_.open(Fd(ends[0]), Stream::State::connected));
    peer_ = Fd(ends[1]);
  }

  // What has arrived since the last call.
  std::string received() {
    std::string all;
    std::array<char, 4096> buffer;
    for (;;) {
      const ssize_t count = ::recv(peer_.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  asio::io_context context_;
  Loop loop_{context_};
  Stream stream_{loop_};
  Fd peer_;
  Idle idle_;
  std::uint64_t total_ = 0;

 public:
  Outlet out{loop_, stream_, 1_MiB, idle_, idle_, total_};
};

struct WithEvents {
  Counters counters;
  HitLog log;
  HitNotes hits{log, {}};

  std::unique_ptr<EventRelay> relay(std::string_view codec) {
    StreamOrigin origin{.head = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"};
    return std::make_unique<EventRelay>(codec, std::move(origin), counters, hits);
  }
};

// Feeds `text` in parts of `size`, and gives what was consumed.
std::size_t feed(BodyRelay& body, Outlet& out, std::string_view text, std::size_t size) {
  std::size_t consumed = 0;
  for (std::size_t at = 0; at < text.size() && !body.ended(); at += size) {
    const auto fed = body.feed(as_bytes(text.substr(at, size)), out, kStart);
    EXPECT_EQ(fed.reason, http::Reason::none);
    consumed += fed.consumed;
  }
  return consumed;
}

struct Case {
  std::string_view name;
  Framing framing;
  BodyForm form;
  std::string_view in;   // the body, and bytes that do not belong to it
  std::string_view out;  // for a body that comes in one part
  std::size_t size;      // of the body
};

constexpr std::string_view kChunks = "2\r\n1\n\r\n4;x=y\r\n23\n\n\r\n0\r\nX-Sum: 9\r\n\r\nHTTP";

const Case kCases[] = {
    {"LengthAsIs", length(3), BodyForm::as_is, "1\n2HTTP", "1\n2", 3},
    {"ChunkedAsItIs", kChunked, BodyForm::as_is, kChunks,
     "2\r\n1\n\r\n4\r\n23\n\n\r\n0\r\nX-Sum: 9\r\n\r\n", kChunks.size() - 4},
    {"ChunkedWithoutFraming", kChunked, BodyForm::until_close, kChunks, "1\n23\n\n",
     kChunks.size() - 4},
    {"ChunkedAnew", kChunked, BodyForm::chunked, kChunks,
     "2\r\n1\n\r\n4\r\n23\n\n\r\n0\r\nX-Sum: 9\r\n\r\n", kChunks.size() - 4},
    {"LengthAsChunks", length(3), BodyForm::chunked, "1\n2HTTP", "3\r\n1\n2\r\n0\r\n\r\n", 3},
    {"NothingAsChunks", length(0), BodyForm::chunked, "", "0\r\n\r\n", 0},
};

class Forms : public testing::TestWithParam<Case> {};

TEST_P(Forms, SendTheBodyAndConsumeNoMore) {
  Client client;
  BodyRelay body(GetParam().framing, GetParam().form);
  const auto fed = body.feed(as_bytes(GetParam().in), client.out, kStart);
  EXPECT_EQ(fed.reason, http::Reason::none);
  EXPECT_EQ(fed.consumed, GetParam().size);
  EXPECT_TRUE(body.ended());
  EXPECT_EQ(client.received(), GetParam().out);
}

// The same payload and trailers, whatever chunks of ours they are in.
TEST_P(Forms, SendTheSameInAnyParts) {
  const auto sent = [](std::size_t size) {
    Client client;
    BodyRelay body(GetParam().framing, GetParam().form);
    EXPECT_EQ(feed(body, client.out, GetParam().in, size), GetParam().size);
    EXPECT_TRUE(body.ended());
    const std::string received = client.received();
    if (GetParam().form != BodyForm::chunked) return received;
    std::string content;
    http::BodyReader reader(kChunked);
    std::string_view rest = received;
    while (!reader.ended() && !rest.empty()) {
      const auto step = reader.decode(as_bytes(rest));
      EXPECT_EQ(step.reason, http::Reason::none) << received;
      content += std::string(as_text(step.payload)) + std::string(as_text(step.trailer));
      rest.remove_prefix(step.consumed);
    }
    EXPECT_TRUE(reader.ended()) << received;
    EXPECT_EQ(rest, "") << received;
    return content;
  };
  if (GetParam().in.empty()) return;
  const std::string whole = sent(GetParam().in.size());
  for (std::size_t size = 1; size < GetParam().in.size(); ++size) {
    EXPECT_EQ(sent(size), whole) << "parts of " << size;
  }
}

INSTANTIATE_TEST_SUITE_P(BodyRelay, Forms, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(BodyRelay, AnEventThatNeverEndedGoesOutAheadOfTheLastChunk) {
  Client client;
  WithEvents with;
  BodyRelay body(kChunked, BodyForm::chunked, {.events = with.relay("ndjson")});
  body.refresh(only({.type = "stream.drop"}), client.out, kStart);
  body.feed(as_bytes("5\r\nab\ncd\r\n"), client.out, kStart);
  EXPECT_EQ(client.received(), "");
  body.feed(as_bytes("0\r\nA: b\r\n\r\n"), client.out, kStart);
  EXPECT_EQ(client.received(), "2\r\ncd\r\n0\r\nA: b\r\n\r\n");
}

TEST(BodyRelay, WhatARuleHeldBackGoesOnWhenItIsGone) {
  Client client;
  WithEvents with;
  BodyRelay body(kChunked, BodyForm::chunked, {.events = with.relay("sse")});
  body.refresh(only({.type = "stream.drop"}), client.out, kStart);
  body.feed(as_bytes("6\r\ndata: \r\n"), client.out, kStart);
  EXPECT_EQ(client.received(), "");
  body.refresh(ActiveRules(), client.out, kStart);
  EXPECT_EQ(client.received(), "6\r\ndata: \r\n");
}

TEST(BodyRelay, ACutBodyIsSentUpToTheCutAndNotEnded) {
  for (const auto& [framing, in] :
       {std::pair{length(9), "ab\ncd"}, std::pair{kChunked, "9\r\nab\ncd"}}) {
    Client client;
    WithEvents with;
    BodyRelay body(framing, BodyForm::chunked, {.events = with.relay("ndjson")});
    body.refresh(only({.type = "stream.duplicate"}), client.out, kStart);
    body.feed(as_bytes(in), client.out, kStart);
    EXPECT_EQ(client.received(), "3\r\nab\n\r\n3\r\nab\n\r\n");
    EXPECT_FALSE(body.close(client.out, TimePoint()));
    EXPECT_EQ(client.received(), "2\r\ncd\r\n");
    EXPECT_FALSE(body.ended());
  }
}

TEST(BodyRelay, ABodyWithoutFramingIsWholeWhenTheConnectionCloses) {
  Client client;
  WithEvents with;
  BodyRelay body(kUntilClose, BodyForm::until_close, {.events = with.relay("ndjson")});
  body.refresh(only({.type = "stream.duplicate"}), client.out, kStart);
  body.feed(as_bytes("ab\ncd"), client.out, kStart);
  EXPECT_EQ(client.received(), "ab\nab\n");
  EXPECT_TRUE(body.close(client.out, TimePoint()));
  EXPECT_EQ(client.received(), "cd");
}

TEST(BodyRelay, BrokenChunksAreReportedAfterWhatPrecededThem) {
  for (const BodyForm form : {BodyForm::as_is, BodyForm::until_close, BodyForm::chunked}) {
    Client client;
    BodyRelay body(kChunked, form);
    const auto fed = body.feed(as_bytes("2\r\nab\r\nzz\r\n"), client.out, kStart);
    EXPECT_NE(fed.reason, http::Reason::none);
    EXPECT_FALSE(body.ended());
    EXPECT_THAT(client.received(), testing::HasSubstr("ab"));
  }
}

// Delays of an hour: only the end of the rule lets go.
class Held : public testing::Test {
 protected:
  ActiveRules rules() const {
    return only({.type = "stream.delay",
                 .with = R"({"delay": "1h"})",
                 .match = R"({"payload": "late"})",
                 .key = 7});
  }
  static TimePoint now() { return Clock::now(); }

  Client client_;
  WithEvents with_;
  BodyRelay body_{kChunked, BodyForm::chunked, {.events = with_.relay("ndjson")}};
};

TEST_F(Held, EventsKeepTheirPlaceAndLeaveWithTheirRule) {
  body_.refresh(rules(), client_.out, now());
  body_.feed(as_bytes("f\r\nsoon\nlate\nsoon\n\r\n0\r\n\r\n"), client_.out, now());
  EXPECT_EQ(client_.received(), "5\r\nsoon\n\r\n");
  client_.out.set_stages({}, {7});
  EXPECT_EQ(client_.received(), "");
  client_.out.set_stages({}, {});
  EXPECT_EQ(client_.received(), "5\r\nlate\n\r\n5\r\nsoon\n\r\n0\r\n\r\n");
}

TEST_F(Held, AnEventDoesNotOvertakeTheHeadThatItIsGatheredWith) {
  body_.refresh(rules(), client_.out, now());
  client_.out.cork();
  client_.out.send(as_bytes("HTTP/1.1 200 OK\r\n\r\n"));
  body_.feed(as_bytes("a\r\nlate\nsoon\n\r\n"), client_.out, now());
  client_.out.uncork();
  EXPECT_EQ(client_.received(), "HTTP/1.1 200 OK\r\n\r\n");
  body_.refresh({}, client_.out, now());
  EXPECT_EQ(client_.received(), "5\r\nlate\n\r\n5\r\nsoon\n\r\n");
}

TEST_F(Held, AnEventDoesNotStopTheReadingOfWhatFollows) {
  body_.refresh(rules(), client_.out, now());
  body_.feed(as_bytes("5\r\nlate\n\r\n"), client_.out, now());
  EXPECT_TRUE(body_.accepts());
  const std::string large = "late" + std::string(600_KiB, 'x') + "\n";
  for (int i = 0; i < 2; ++i) {
    const http::ChunkHeader header(large.size());
    for (const std::string_view part : {header.text(), std::string_view(large), http::kChunkEnd}) {
      body_.feed(as_bytes(part), client_.out, now());
    }
  }
  EXPECT_FALSE(body_.accepts()) << "what is held has a bound";
  body_.refresh({}, client_.out, now());
  EXPECT_TRUE(body_.accepts());
}

TEST_F(Held, AnEventGoesOnAtItsMoment) {
  const TimePoint start = now();
  body_.refresh(rules(), client_.out, start);
  body_.feed(as_bytes("5\r\nlate\n\r\n"), client_.out, start);
  EXPECT_EQ(body_.next_due(), start + std::chrono::hours(1));
  body_.advance(client_.out, start + std::chrono::minutes(59));
  EXPECT_EQ(client_.received(), "");
  body_.refresh({}, client_.out, start);
  EXPECT_EQ(body_.next_due(), kNever);
}

TEST(BodyRelay, AStreamThatAFaultCutsEndsInTheMiddleOfItsMessage) {
  Client client;
  WithEvents with;
  BodyRelay body(kChunked, BodyForm::chunked, {.events = with.relay("ndjson")});
  body.refresh(only({.type = "stream.cut", .with = R"({"end": "rst"})"}), client.out, kStart);
  body.feed(as_bytes("4\r\na\nb\n\r\n0\r\n\r\n"), client.out, kStart);
  EXPECT_EQ(client.received(), "2\r\na\n\r\n");
  EXPECT_TRUE(body.ended());
  EXPECT_EQ(body.cut(), BodyEnd::reset);
}

}  // namespace
}  // namespace firedrill
