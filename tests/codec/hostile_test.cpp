// Every message of the corpus, whole and cut anywhere: what is refused is refused for its reason,
// and what is sent on in place of an accepted one says the same as it, in the one way there is to
// say it.

#include "proxy/codec/http/body.h"
#include "proxy/codec/http/forward.h"
#include "tests/codec/end_to_end.h"
#include "tests/codec/hostile_corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace firedrill::http {
namespace {

struct RequestSide {
  RequestScanner scanner;
  Scan scan(ByteView bytes) { return scanner.scan(bytes); }
};

struct ResponseSide {
  ResponseTo to;
  ResponseScanner scanner;
  Scan scan(ByteView bytes) { return scanner.scan(bytes, to); }
};

struct Outcome {
  std::string verdict = "incomplete";
  Reason reason = Reason::none;
  std::string sent;  // what was forwarded until then

  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.verdict << ' ' << text_of(outcome.reason) << ", sent "
             << testing::PrintToString(outcome.sent);
}

// Reads one message as a session does, in the parts in which it comes, and sends it on.
template <class Side>
class Reading {
 public:
  explicit Reading(Side side) : side_(std::move(side)) {}

  void take(std::string_view part) {
    if (outcome_.verdict == "refuse") return;
    pending_ += part;
    if (!body_ && !take_head()) return;
    take_body();
  }

  const Outcome& outcome() const { return outcome_; }
  const auto& head() const { return side_.scanner.head(); }
  std::string_view surplus() const { return pending_; }

 private:
  bool take_head() {
    const std::vector<char> exactly(pending_.begin(), pending_.end());  // for the sanitizer
    const Scan scan = side_.scan(as_bytes({exactly.data(), exactly.size()}));
    if (scan.refused()) refuse_for(scan.reason);
    if (!scan.complete()) return false;
    head_text_ = pending_.substr(0, head().size);
    pending_.erase(0, head().size);
    EXPECT_TRUE(side_.scan(as_bytes(head_text_)).complete());
    ForwardedHead forwarded;
    forwarded.gather(head());
    for (const std::string_view piece : forwarded.pieces()) outcome_.sent += piece;
    body_.emplace(head().framing);
    if (body_->complete_at_close()) outcome_.verdict = "forward";
    return true;
  }

  void take_body() {
    while (!pending_.empty() && !body_->ended()) {
      const std::vector<char> exactly(pending_.begin(), pending_.end());
      const auto step = body_->relay(as_bytes({exactly.data(), exactly.size()}));
      outcome_.sent += as_text(step.forward);
      pending_.erase(0, step.consumed);
      if (step.reason != Reason::none) return refuse_for(step.reason);
    }
    if (body_->complete_at_close()) outcome_.verdict = "forward";
  }

  void refuse_for(Reason reason) {
    outcome_.verdict = "refuse";
    outcome_.reason = reason;
  }

  Side side_;
  std::string pending_;
  std::string head_text_;
  std::optional<BodyReader> body_;  // once the head is there
  Outcome outcome_;
};

// The payload of what was sent, and the trailers.
std::string decoded(const Framing& framing, std::string_view body) {
  BodyReader reader(framing);
  std::string payload;
  std::string trailers;
  while (!body.empty() && !reader.ended()) {
    const auto step = reader.decode(as_bytes(body));
    EXPECT_EQ(step.reason, Reason::none);
    payload += as_text(step.payload);
    trailers += as_text(step.trailer);
    body.remove_prefix(step.consumed);
  }
  return payload + '|' + trailers;
}

std::string start_line_to_send(const RequestHead& head) {
  if (head.target.form != Target::Form::absolute) return std::string(head.start_line);
  std::string origin(head.target.origin);
  if (origin.empty() && head.method == "OPTIONS") origin = "*";
  if (!origin.starts_with('/') && origin != "*") origin = "/" + origin;
  return std::string(head.method) + " " + origin + " HTTP/1." + std::to_string(head.version_minor) +
         "\r\n";
}

std::string start_line_to_send(const ResponseHead& head) {
  return std::string(head.start_line);
}

// HTTP/1.0 without Host is the one case in which a field is added.
void add_lost_host(const RequestHead& head, std::vector<std::string>& lines) {
  const bool lost =
      head.target.form == Target::Form::absolute && head.fields.find("host") == nullptr;
  if (lost) lines.push_back("Host: " + std::string(head.target.authority) + "\r\n");
}
void add_lost_host(const ResponseHead&, std::vector<std::string>&) {}

template <class Side>
void expect_unambiguous(Side side, const Reading<Side>& original, std::string_view message) {
  const std::string& sent = original.outcome().sent;
  Reading<Side> again(std::move(side));
  again.take(sent);
  EXPECT_EQ(again.outcome().verdict, "forward");
  EXPECT_EQ(again.outcome().sent, sent) << "what is sent has nothing left to remove";
  EXPECT_EQ(again.surplus(), "");
  EXPECT_EQ(again.head().start_line, start_line_to_send(original.head()));
  auto wanted = end_to_end(original.head().fields);
  add_lost_host(original.head(), wanted);
  EXPECT_EQ(lines_of(again.head().fields), wanted);
  const Framing framing = original.head().framing;
  EXPECT_EQ(again.head().framing, framing);
  EXPECT_EQ(decoded(framing, std::string_view(sent).substr(again.head().size)),
            decoded(framing, message.substr(original.head().size)));
}

template <class Side>
Outcome read_in_parts(const Side& side, std::string_view message, std::size_t part) {
  Reading<Side> reading(side);
  for (std::size_t at = 0; at < message.size(); at += part) reading.take(message.substr(at, part));
  return reading.outcome();
}

// The verdict on each cut in two is that on the whole. A long message is cut at some of its places.
template <class Side>
void expect_same_when_cut(const Side& side, std::string_view message, const Outcome& whole) {
  const std::size_t stride = message.size() / 400 + 1;
  for (std::size_t cut = 0; cut <= message.size(); cut += stride) {
    Reading<Side> reading(side);
    reading.take(message.substr(0, cut));
    reading.take(message.substr(cut));
    ASSERT_EQ(reading.outcome(), whole) << "cut at " << cut;
  }
  const std::size_t smallest = message.size() > 2000 ? 61 : 1;
  for (const std::size_t part : {smallest, smallest + 1, smallest + 6}) {
    ASSERT_EQ(read_in_parts(side, message, part), whole) << "in parts of " << part;
  }
}

template <class Side>
void expect_verdict(const Side& side, const HostileCase& one) {
  SCOPED_TRACE(one.name);
  Reading<Side> reading(side);
  reading.take(one.message);
  const Outcome& outcome = reading.outcome();
  EXPECT_EQ(outcome.verdict, one.verdict);
  EXPECT_EQ(outcome.reason == Reason::none ? "" : text_of(outcome.reason), one.reason);
  EXPECT_EQ(one.status == 0 ? 0 : status_of(outcome.reason), one.status);
  expect_same_when_cut(side, one.message, outcome);
  if (outcome.verdict != "forward") return;
  EXPECT_EQ(reading.surplus(), "") << "a case is one message";
  expect_unambiguous(side, reading, one.message);
}

const std::filesystem::path kCorpus = FIREDRILL_HOSTILE_CORPUS;

std::vector<std::string> files_in(const char* directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus / directory)) {
    names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

constexpr auto kName = [](const testing::TestParamInfo<std::string>& info) { return info.param; };

class HostileRequests : public testing::TestWithParam<std::string> {};

TEST_P(HostileRequests, AreRefusedOrSentOnUnambiguously) {
  for (const HostileCase& one : read_hostile(kCorpus / "requests" / (GetParam() + ".txt"))) {
    expect_verdict(RequestSide{.scanner = RequestScanner()}, one);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, HostileRequests, testing::ValuesIn(files_in("requests")), kName);

class HostileResponses : public testing::TestWithParam<std::string> {};

TEST_P(HostileResponses, AreRefusedOrSentOnUnambiguously) {
  for (const HostileCase& one : read_hostile(kCorpus / "responses" / (GetParam() + ".txt"))) {
    const auto to = one.name.starts_with("to HEAD") ? ResponseTo::head : ResponseTo::other;
    expect_verdict(ResponseSide{.to = to, .scanner = ResponseScanner()}, one);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, HostileResponses, testing::ValuesIn(files_in("responses")), kName);

TEST(HostileCorpus, IsLarge) {
  std::size_t requests = 0;
  std::size_t responses = 0;
  for (const auto& name : files_in("requests")) {
    requests += read_hostile(kCorpus / "requests" / (name + ".txt")).size();
  }
  for (const auto& name : files_in("responses")) {
    responses += read_hostile(kCorpus / "responses" / (name + ".txt")).size();
  }
  EXPECT_GE(requests, 500U);
  EXPECT_GE(responses, 100U);
}

}  // namespace
}  // namespace firedrill::http
