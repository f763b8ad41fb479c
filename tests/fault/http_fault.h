#pragma once

#include "proxy/codec/http/editable_head.h"
#include "proxy/codec/http/head.h"
#include "tests/fault/support.h"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace firedrill::test {

// What an exchange looks like that a fault is asked about.
struct ExchangeText {
  std::string_view request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string_view response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  Direction direction = Direction::response;
  std::string_view client = "10.0.0.9";
  TimePoint now = kStart;
};

// One http fault, and what it decides about one exchange.
class Exchanged {
 public:
  Exchanged(std::string_view type, std::string_view with, const ExchangeText& text = {})
      : Exchanged(compile(type, with), text) {}
  Exchanged(const Compiled& compiled, const ExchangeText& text) : spec_(compiled.spec) {
    EXPECT_NE(spec_, nullptr) << describe(compiled.problems);
    EXPECT_TRUE(requests_.scan(as_bytes(text.request)).complete());
    const bool to_head = requests_.head().is_head();
    EXPECT_TRUE(responses_
                    .scan(as_bytes(text.response),
                          to_head ? http::ResponseTo::head : http::ResponseTo::other)
                    .complete());
    const bool has_body = responses_.head().framing.kind != http::Framing::Kind::none;
    request_applied = spec_->on_request({.head = requests_.head(),
                                         .direction = text.direction,
                                         .client = *parse_ip(text.client),
                                         .now = text.now},
                                        request, rng_);
    response_applied = spec_->on_response({.request = requests_.head(),
                                           .head = responses_.head(),
                                           .direction = text.direction,
                                           .has_body = has_body,
                                           .now = text.now},
                                          response, rng_);
  }

  Applied request_applied = Applied::no;
  Applied response_applied = Applied::no;
  RequestVerdict request;
  ResponseVerdict response;

  // The head of the message as the edit makes it.
  static std::string edited(const MessageEdit& edit, std::string_view head) {
    http::EditableHead editable(std::array{head});
    if (edit.head) edit.head(editable);
    return editable.text();
  }

 private:
  FaultSpecPtr spec_;
  http::RequestScanner requests_;
  http::ResponseScanner responses_;
  Rng rng_{1};
};

// What has come out of a body stage: payload, with what is raw in angle brackets, and how it ended.
class BodyOutput final : public BodySink {
 public:
  struct Piece {
    std::string text;
    TimePoint due;
    std::uint64_t key;
    bool operator==(const Piece&) const = default;
  };

  std::vector<Piece> pieces;
  std::optional<BodyEnd> ended;

  std::string text() const {
    std::string all;
    for (const Piece& piece : pieces) all.append(piece.text);
    return all;
  }

  void payload(ByteView bytes, const Hold& hold) override {
    pieces.push_back({std::string(as_text(bytes)), hold.due, hold.key});
  }
  void raw(ByteView bytes, const Hold& hold) override {
    std::string text = "<";
    pieces.push_back({text.append(as_text(bytes)).append(">"), hold.due, hold.key});
  }
  void end(BodyEnd end) override {
    EXPECT_FALSE(ended);
    ended = end;
  }
};

// What comes out of a stage when these pieces of a body go through it, and then its end.
inline BodyOutput sent(std::unique_ptr<BodyStage> stage,
                       std::initializer_list<std::string_view> pieces) {
  constexpr std::uint64_t kKey = 7;
  BodyChain chain;
  BodyOutput output;
  chain.add(kKey, std::move(stage));
  for (const std::string_view piece : pieces) chain.feed(as_bytes(piece), kStart, output);
  chain.finish(kStart, output);
  return output;
}

}  // namespace firedrill::test
