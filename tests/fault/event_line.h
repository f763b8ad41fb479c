#pragma once

#include "proxy/codec/event/codec.h"
#include "tests/fault/support.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace firedrill::test {

// One stage of a stream fault in a line of its own, under a hand-moved clock, and what comes out of
// it: payloads, of which those with a '!' are hit, those with a ':' are no events and those with a
// '*' are groups.
class Staged final : private EventSink {
 public:
  Staged(std::string_view type, std::string_view with, HeldBounds bounds = {})
      : compiled_(compile(type, with)), line_(bounds) {
    EXPECT_NE(compiled_.spec, nullptr) << describe(compiled_.problems);
    number_ =
        line_.add({.rule = kRule, .spec = compiled_.spec.get()},
                  compiled_.spec->make_event_stage(
                      {.rng = Rng(1), .activated = kStart, .bounds = bounds, .codec = *codec_}),
                  {});
  }

  static constexpr std::uint64_t kRule = 7;

  Staged& feed(std::string_view text) {
    Parcel parcel{.bytes = as_bytes(text), .identity = text.size()};
    if (text.starts_with(':')) parcel.kind = Parcel::Kind::other;
    if (text.starts_with('*')) parcel.kind = Parcel::Kind::group;
    if (text.ends_with('!')) {
      parcel.hits =
          std::make_shared<const EventHits>(EventHits{.stages = {number_}, .borrowed = {}});
    }
    line_.feed(parcel, now, *this);
    return *this;
  }
  Staged& feed(std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) feed(text);
    return *this;
  }
  Staged& at(Duration since) {
    now = kStart + since;
    line_.advance(now, *this);
    return *this;
  }
  Staged& finish() {
    line_.finish(now, *this);
    return *this;
  }
  // The fault is switched off.
  Staged& off() {
    line_.keep({}, now, *this);
    return *this;
  }

  // What has come out since it was last asked.
  std::vector<std::string> out() { return std::exchange(out_, {}); }
  // When what came out last may leave, and for which rule.
  const Hold& hold() const { return hold_; }
  std::optional<BodyEnd> ended() const { return ended_; }
  const EventLine& line() const { return line_; }

  TimePoint now = kStart;

 private:
  void bytes(ByteView bytes, const Hold& hold) override {
    out_.emplace_back(as_text(bytes));
    hold_ = hold;
  }
  void end(BodyEnd how) override { ended_ = how; }

  std::unique_ptr<event::Codec> codec_ = event::make_codec("ndjson");
  Compiled compiled_;
  EventLine line_;
  std::uint64_t number_ = 0;
  std::vector<std::string> out_;
  Hold hold_;
  std::optional<BodyEnd> ended_;
};

}  // namespace firedrill::test
