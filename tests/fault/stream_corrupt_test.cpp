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
            "with.pointer: is only for the kinds field_drop, field_rename, field_set, time_skew, "
            "type_change, field_unknown, number_range, json_nan, enum_unknown");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "empty", "mode": "overlong"})"),
            "with.mode: is only for the kind utf8");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "type_change", "pointer": "a"})"),
            "with.pointer: must be a JSON Pointer such as /order/total, not \"a\"");
}

TEST(StreamCorrupt, DoesWhatItsParametersSay) {
  const auto payload = [](std::string_view with, std::string_view of) {
    return corrupt(with, of).verdict.payload;
  };
  EXPECT_EQ(payload(R"({"kind": "field_drop", "pointer": "/a"})", R"({"a":1,"b":2})"),
            R"({"b":2})");
  EXPECT_EQ(payload(R"({"kind": "field_rename", "pointer": "/a", "to": "c"})", R"({"a":1})"),
            R"({"c":1})");
  EXPECT_EQ(payload(R"({"kind": "field_set", "pointer": "/a", "value": [1]})", R"({"a":1})"),
            R"({"a":[1]})");
  EXPECT_EQ(payload(R"({"kind": "field_set", "pointer": "/a"})", R"({"a":1})"), R"({"a":null})");
  EXPECT_EQ(payload(R"({"kind": "number_range", "number": "overflow"})", "[7]"), "[1e400]");
  EXPECT_EQ(payload(R"({"kind": "time_skew", "pointer": "/t", "by": "1h"})", R"({"t":1700000000})"),
            R"({"t":1699996400})");
  EXPECT_EQ(payload(R"({"kind": "time_skew", "pointer": "/t", "by": "1h", "towards": "future"})",
                    R"({"t":1700000000})"),
            R"({"t":1700003600})");
  EXPECT_EQ(payload(R"({"kind": "truncate"})", "12345678"), "1234");
  EXPECT_EQ(payload(R"({"kind": "truncate", "at": "25%"})", "12345678"), "12");
  EXPECT_EQ(payload(R"({"kind": "truncate", "bytes": 7})", "12345678"), "1234567");
  EXPECT_EQ(payload(R"({"kind": "oversize", "bytes": 9, "fill": "-"})", R"(["a"])"),
            R"(["a----"])");
  EXPECT_EQ(payload(R"({"kind": "oversize"})", R"(["a"])").size(), 1_MiB);
  EXPECT_EQ(payload(R"({"kind": "json_deep", "count": 2})", "1"), "[[1]]");
  EXPECT_EQ(payload(R"({"kind": "encoding", "encoding": "base64"})", "abcd"), "YWJjZA==");
}

TEST(StreamCorrupt, BreaksTheFramingInsteadOfThePayload) {
  const Decided decided = corrupt(R"({"framing": "join"})", "x");
  EXPECT_EQ(decided.applied, Applied::no) << "this event has no image to break";
  EXPECT_EQ(refusal("stream.corrupt", R"({"framing": "shred", "codec": "ndjson"})"),
            "with.framing: is not a way to break the framing of ndjson; there are "
            "newline_in_event, join, no_final_newline");
  EXPECT_EQ(refusal("stream.corrupt", R"({"framing": "retry", "codec": "sse"})"), "");
  EXPECT_EQ(refusal("stream.corrupt", R"({"framing": "join"})"), "");
  EXPECT_EQ(refusal("stream.corrupt", "{}"), "with.framing: or kind is required");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "empty", "framing": "join"})"),
            "with.framing: can't be given with kind");
}

TEST(StreamCorrupt, NeedsTheParametersOfItsKind) {
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "field_drop"})"),
            "with.pointer: is required for the kind field_drop");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "encoding"})"),
            "with.encoding: is required for the kind encoding");
  EXPECT_EQ(refusal("stream.corrupt", R"({"kind": "oversize", "fill": "ab"})"),
            "with.fill: must be one character");
}

}  // namespace
}  // namespace firedrill
