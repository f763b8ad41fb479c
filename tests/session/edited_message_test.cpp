#include "proxy/session/edited_message.h"

#include "proxy/codec/http/editable_head.h"
#include "tests/session/tcp_plug.h"

#include <array>

namespace firedrill {
namespace {

using namespace test;
using http::Framing;

constexpr Framing kFive{.kind = Framing::Kind::length, .length = 5};
constexpr Framing kChunked{.kind = Framing::Kind::chunked};
constexpr Framing kUntilClose{.kind = Framing::Kind::until_close};
constexpr int kOld = 0;
constexpr int kNew = 1;

// A stage that turns any length into another.
class Sized final : public BodyStage {
 public:
  explicit Sized(std::optional<std::uint64_t> size) : size_(size) {}
  std::optional<std::uint64_t> length(std::optional<std::uint64_t> length) override {
    told = length;
    return size_;
  }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.payload(payload);
  }

  std::optional<std::uint64_t> told;

 private:
  std::optional<std::uint64_t> size_;
};

MessageEdits sized(std::optional<std::uint64_t> size) {
  MessageEdits edits;
  edits.chain.add(1, std::make_unique<Sized>(size));
  return edits;
}

void expect_plan(const BodyPlan& plan, BodyForm form,
                 std::optional<std::uint64_t> length = std::nullopt) {
  EXPECT_EQ(plan.form, form);
  EXPECT_EQ(plan.length, length);
}

TEST(BodyPlan, ABodyThatNothingHappensToGoesOnAsItIs) {
  MessageEdits none;
  for (const Framing& framing : {kFive, kChunked, kUntilClose, Framing()}) {
    expect_plan(plan_body(framing, {}, none, Events::none, kNew), BodyForm::as_is);
  }
  expect_plan(plan_body(kChunked, {}, none, Events::none, kOld), BodyForm::until_close);
  expect_plan(plan_body(kFive, {}, none, Events::none, kOld), BodyForm::as_is);
}

TEST(BodyPlan, AKnownLengthIsTold) {
  MessageEdits edits = sized(9);
  expect_plan(plan_body(kFive, {}, edits, Events::none, kNew), BodyForm::length, 9);
  expect_plan(plan_body(kFive, {}, edits, Events::none, kOld), BodyForm::length, 9);
}

TEST(BodyPlan, AnUnknownLengthNeedsChunksOrTheEndOfTheConnection) {
  MessageEdits edits = sized(std::nullopt);
  expect_plan(plan_body(kFive, {}, edits, Events::none, kNew), BodyForm::chunked);
  expect_plan(plan_body(kFive, {}, edits, Events::none, kOld), BodyForm::until_close);
}

TEST(BodyPlan, AFramingThatTellsNoLengthStays) {
  MessageEdits edits = sized(9);
  expect_plan(plan_body(kChunked, {}, edits, Events::none, kNew), BodyForm::chunked);
  expect_plan(plan_body(kChunked, {}, edits, Events::none, kOld), BodyForm::until_close);
  expect_plan(plan_body(kUntilClose, {}, edits, Events::none, kNew), BodyForm::until_close);
}

TEST(BodyPlan, AGatheredBodyHasTheLengthThatItHasNow) {
  MessageEdits none;
  expect_plan(plan_body(kFive, 7, none, Events::none, kNew), BodyForm::length, 7);
  expect_plan(plan_body(kChunked, 7, none, Events::none, kNew), BodyForm::chunked);
  expect_plan(plan_body(kUntilClose, 7, none, Events::none, kNew), BodyForm::until_close);
}

TEST(BodyPlan, StagesAreToldTheLengthWhateverTheForm) {
  for (const Framing& framing : {kFive, kChunked, kUntilClose}) {
    MessageEdits edits;
    auto stage = std::make_unique<Sized>(9);
    const Sized& asked = *stage;
    edits.chain.add(1, std::move(stage));
    plan_body(framing, 7, edits, Events::none, kNew);
    EXPECT_EQ(asked.told, 7u);
  }
}

TEST(BodyPlan, ChunksAreMadeWhereTheyAreWantedAndUnderstood) {
  MessageEdits edits;
  edits.framing = WantedFraming::chunked;
  for (const Framing& framing : {kFive, kChunked, kUntilClose}) {
    expect_plan(plan_body(framing, {}, edits, Events::none, kNew), BodyForm::chunked);
  }
  expect_plan(plan_body(kFive, {}, edits, Events::none, kOld), BodyForm::length, 5);
  expect_plan(plan_body({}, {}, edits, Events::none, kNew), BodyForm::length);
}

TEST(BodyPlan, EventsHaveNoLength) {
  MessageEdits none;
  expect_plan(plan_body(kFive, {}, none, Events::changed, kNew), BodyForm::chunked);
  expect_plan(plan_body(kFive, {}, none, Events::changed, kOld), BodyForm::until_close);
}

TEST(BodyPlan, EventsThatAreOnlyCountedKeepTheLength) {
  MessageEdits none;
  expect_plan(plan_body(kFive, {}, none, Events::counted, kNew), BodyForm::length, 5);
  expect_plan(plan_body(kFive, {}, none, Events::counted, kOld), BodyForm::length, 5);
}

std::string edited(const BodyPlan& plan, const MessageEdits& edits) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n";
  return edited_head(std::array{kHead}, plan, edits);
}

TEST(EditedHead, TellsTheLengthOfThePlanAndThenDoesTheEdits) {
  MessageEdits edits;
  EXPECT_EQ(edited({.form = BodyForm::length, .length = 12}, edits),
            "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n");
  const HeadEdit double_it = [](http::EditableHead& head) {
    head.set("Content-Length", std::string(*head.value("Content-Length")).append("0"));
  };
  edits.heads.push_back({double_it, 0});
  edits.heads.push_back({double_it, 1});
  EXPECT_EQ(edited({.form = BodyForm::length, .length = 12}, edits),
            "HTTP/1.1 200 OK\r\ncontent-length: 1200\r\n\r\n");
}

// Two rules that edit a response of five bytes, of which the first sets a pointer that is not
// there.
struct Gathered : testing::Test {
  Gathered() {
    ActiveRules rules;
    rules.request.add(first);
    rules.request.add(second);
    http::RequestScanner requests;
    http::ResponseScanner responses;
    constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";
    EXPECT_TRUE(requests.scan(as_bytes(kGet)).complete());
    EXPECT_TRUE(responses.scan(as_bytes(kOk), http::ResponseTo::other).complete());
    faults.decide(rules, {}, 1, requests.head(), Clock::now());
    faults.decide_response(rules, requests.head(), responses.head(), Clock::now());
    edits = faults.response_edits(rules, Clock::now());
  }

  static RulePtr json(std::string_view pointer) {
    return rule("http.body", std::string(R"({"content_type": "x", "json": {"set": 2, "pointer": ")")
                                 .append(pointer)
                                 .append("\"}}"));
  }

  RulePtr first = json("/b");
  RulePtr second = json("/a");
  HttpFaults faults;
  MessageEdits edits;
};

TEST_F(Gathered, WhatCanNotBeDoneToThePayloadIsNotDoneToTheHeadEither) {
  ASSERT_EQ(edits.heads.size(), 2u);
  const ByteView payload = as_bytes(R"({"a":1})");
  EXPECT_EQ(as_text(edited_payload(Bytes(payload.begin(), payload.end()), edits, faults)),
            R"({"a":2})");
  ASSERT_EQ(edits.heads.size(), 1u);
  EXPECT_EQ(edits.heads[0].hit, 1u);
  EXPECT_EQ(first->state->skipped_format, 1u);
  EXPECT_EQ(second->state->skipped_format, 0u);
  EXPECT_EQ(second->state->hit, 1u);
}

TEST_F(Gathered, APayloadThatCanNotBeGatheredCountsForEachEdit) {
  give_up_payload(edits, faults);
  EXPECT_TRUE(edits.bodies.empty());
  EXPECT_TRUE(edits.heads.empty());
  EXPECT_EQ(first->state->skipped_format, 1u);
  EXPECT_EQ(second->state->skipped_format, 1u);
}

}  // namespace
}  // namespace firedrill
