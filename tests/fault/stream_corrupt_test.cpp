#include "proxy/codec/json/survey.h"
#include "tests/fault/stream_fault.h"

namespace firedrill {
namespace {

using namespace test;

Decided corrupt(std::string_view with, std::string_view payload, EventVerdict verdict = {}) {
  return decide("stream.corrupt", with, payload, std::move(verdict));
}

TEST(StreamCorrupt, CutsThePayloadToWhatIsNoJson) {
  constexpr std::string_view kPayload = R"({"id": 3, "total": 9.5})";
  const Decided decided = corrupt(R"({"kind": "json_truncate"})", kPayload);
  EXPECT_EQ(decided.applied, Applied::yes);
  ASSERT_TRUE(decided.verdict.edited);
  EXPECT_TRUE(kPayload.starts_with(decided.verdict.payload));
  EXPECT_LT(decided.verdict.payload.size(), kPayload.size());
  EXPECT_FALSE(json::survey(decided.verdict.payload));
}

TEST(StreamCorrupt, ChangesTheTypeOfTheValueAtThePointerOnly) {
  const Decided decided = corrupt(R"({"kind": "type_change", "pointer": "/order/total"})",
                                  R"({"id":3,"order":{"total":9.5}})");
  const auto pointer = json::Pointer::parse("/order/total");
  const auto place = json::locate(decided.verdict.payload, *pointer);
  ASSERT_TRUE(place);
  EXPECT_NE(place->type, json::Type::number);
  EXPECT_EQ(decided.verdict.payload.substr(0, place->begin), R"({"id":3,"order":{"total":)");
  EXPECT_EQ(decided.verdict.payload.substr(place->begin + place->size), "}}");
}

TEST(StreamCorrupt, EmptiesThePayload) {
  const Decided decided = corrupt(R"({"kind": "empty"})", "x");
  EXPECT_TRUE(decided.verdict.edited);
  EXPECT_EQ(decided.verdict.payload, "");
}

TEST(StreamCorrupt, PutsBadUtf8IntoAString) {
  EXPECT_EQ(corrupt(R"({"kind": "utf8"})", R"({"a":"b"})").verdict.payload, "{\"a\":\"b\x80\"}");
  EXPECT_EQ(corrupt(R"({"kind": "utf8", "mode": "surrogate"})", R"(["b"])").verdict.payload,
            "[\"b\xed\xa0\x80\"]");
}

TEST(StreamCorrupt, EditsWhatAnEarlierFaultHasMadeOfTheEvent) {
  const Decided decided =
      corrupt(R"({"kind": "utf8"})", R"({"a":"b"})", {.edited = true, .payload = R"(["poison"])"});
  EXPECT_EQ(decided.verdict.payload, "[\"poison\x80\"]");
}

TEST(StreamCorrupt, LeavesAloneWhatCanNotBeCorrupted) {
  for (const auto& [with, payload] : {
           std::pair{R"({"kind": "type_change"})", "no json"},
           std::pair{R"({"kind": "type_change"})", "[]"},
           std::pair{R"({"kind": "type_change", "pointer": "/b"})", R"({"a":1})"},
           std::pair{R"({"kind": "empty"})", ""},
           std::pair{R"({"kind": "json_truncate"})", ""},
       }) {
    const Decided decided = corrupt(with, payload);
    EXPECT_EQ(decided.applied, Applied::no) << with << payload;
    EXPECT_FALSE(decided.verdict.edited) << with << payload;
  }
}

TEST(StreamCorrupt, RefusesParametersThatTheKindDoesNotHave) {
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "empty", "pointer": "/a"})"),
            "with.pointer: is only for the kind type_change");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "empty", "mode": "overlong"})"),
            "with.mode: is only for the kind utf8");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "type_change", "pointer": "a"})"),
            "with.pointer: must be a JSON Pointer such as /order/total");
}

}  // namespace
}  // namespace firedrill
