// Random streams in random parts under rules that come and go. Every failure prints the seed that
// repeats it.
#include "proxy/session/event_relay.h"

#include "tests/session/event_rules.h"

#include <array>

namespace firedrill {
namespace {

using namespace test;

struct Unit {
  std::string text;
  char letter = 0;  // of an event: which rule wants it; 0 for what is no event
};

// How the events of a format look.
struct Format {
  std::string_view codec;
  std::string_view before, after;
  std::array<std::string_view, 2> others;
};

constexpr Format kFormats[] = {
    {"sse", "id: 4\ndata: ", "\n\n", {": hb\n\n", "retry: 1\n\n"}},
    {"sse", "data:", "\r\n\r\n", {": hb\r\n", "\r\n"}},
    {"ndjson", "", "\n", {"\n", " \r\n"}},
};

class World {
 public:
  World(std::uint64_t seed, const Format& format)
      : rng_(seed),
        format_(format),
        relay_(format.codec, {.head = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"}, counters_, hits_) {
    constexpr std::array<std::string_view, 3> kTypes{"stream.drop", "stream.duplicate",
                                                     "stream.poison"};
    for (std::size_t i = 0; i < kTypes.size(); ++i) {
      const std::string match = std::string(R"({"payload": "^)") + letter(i) + "\"}";
      const std::string_view with = i == 2 ? R"({"payload": "p"})" : "{}";
      rules_.push_back(make_rule({.type = kTypes[i], .with = with, .match = match, .key = i}));
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      if (rng_.unit() < 0.3) toggle();
      if (waiting_.size() < 40) add();
      feed();
    }
    while (!waiting_.empty()) feed();
    relay_.finish(kStart, sink_);
  }

  const std::string& out() const { return out_; }
  const std::string& expected() const { return expected_; }

 private:
  static char letter(std::size_t rule) { return static_cast<char>('a' + rule); }

  std::string framed(const std::string& payload) const {
    return std::string(format_.before) + payload + std::string(format_.after);
  }

  void add() {
    const auto kind = static_cast<std::size_t>(rng_.between(std::int64_t{0}, 5));
    if (kind >= 4) {
      units_.push_back({std::string(format_.others[kind - 4])});
    } else {
      const auto size = static_cast<std::size_t>(rng_.between(std::int64_t{0}, 20));
      units_.push_back({framed(letter(kind) + std::string(size, '.')), letter(kind)});
    }
    waiting_ += units_.back().text;
  }

  void toggle() {
    const auto which = static_cast<std::size_t>(rng_.between(std::int64_t{0}, 2));
    on_[which] = !on_[which];
    ActiveRules active;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (on_[i]) active.event.push_back(rules_[i]);
    }
    relay_.refresh(active, kStart, sink_);
    if (active.event.empty()) gone_ = fed_;
  }

  void feed() {
    const auto most = static_cast<std::int64_t>(waiting_.size());
    const auto size = static_cast<std::size_t>(rng_.between(std::int64_t{1}, most));
    const std::string part = waiting_.substr(0, size);
    waiting_.erase(0, size);
    relay_.feed(as_bytes(part), kStart, sink_);
    fed_ += size;
    if (on_ == std::array{false, false, false}) gone_ = fed_;
    while (ended_ < units_.size() && begin_ + units_[ended_].text.size() <= fed_) {
      expect(units_[ended_]);
      begin_ += units_[ended_++].text.size();
    }
  }

  // A unit has come to its end: an event can be changed unless a part of it had gone before.
  void expect(const Unit& unit) {
    const bool hit = [&] {
      if (unit.letter == 0 || begin_ < gone_) return false;
      const auto rule = static_cast<std::size_t>(unit.letter - 'a');
      return rule < on_.size() && on_[rule];
    }();
    if (!hit) {
      expected_ += unit.text;
    } else if (unit.letter == 'b') {
      expected_ += unit.text + unit.text;
    } else if (unit.letter == 'c') {
      expected_ += framed("p");
    }
  }

  Rng rng_;
  const Format& format_;
  Counters counters_;
  HitLog log_;
  HitNotes hits_{log_, {}};
  EventRelay relay_;
  std::vector<RulePtr> rules_;
  std::array<bool, 3> on_{};
  std::vector<Unit> units_;
  std::string waiting_;    // made and not fed yet
  std::size_t ended_ = 0;  // how many units have been fed
  std::size_t begin_ = 0;  // where the unit behind those begins
  std::size_t fed_ = 0;
  std::size_t gone_ = 0;  // the place up to which bytes went on whatever they were
  std::string out_, expected_;
  EventRelay::Sink sink_ = [this](ByteView bytes, Hold) { out_ += as_text(bytes); };
};

TEST(EventRelayProperty, NoByteIsLostOrRepeatedExceptWhatTheRulesSay) {
  for (const Format& format : kFormats) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      World world(seed, format);
      world.run(60);
      ASSERT_EQ(world.out(), world.expected()) << format.codec << ", seed " << seed;
    }
  }
}

// Every kind of fault is there, none is told to hit anything, and the parts come at any time.
TEST(EventRelayProperty, WithoutAHitWhatComesOutIsWhatWentIn) {
  std::vector<RulePtr> rules;
  for (const auto& [type, with] : {
           std::pair{"stream.drop", "{}"},
           {"stream.duplicate", R"({"distance": 2})"},
           {"stream.delay", R"({"delay": "1s"})"},
           {"stream.reorder", "{}"},
           {"stream.stall", "{}"},
           {"stream.throttle", R"({"events_per_second": 1})"},
           {"stream.replay", "{}"},
           {"stream.gap", R"({"events": 3})"},
           {"stream.cut", "{}"},
           {"stream.corrupt", R"({"kind": "empty"})"},
           {"stream.poison", R"({"payload": "p"})"},
       }) {
    rules.push_back(make_rule({.type = type,
                               .with = with,
                               .match = R"({"payload": "^never"})",
                               .key = rules.size() + 1}));
  }
  for (const Format& format : kFormats) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      Rng rng(seed);
      Counters counters;
      HitLog log;
      HitNotes hits(log, {});
      EventRelay relay(format.codec, {.head = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n"}, counters,
                       hits);
      std::string in, out;
      TimePoint now = kStart;
      const EventRelay::Sink sink = [&](ByteView bytes, Hold hold) {
        EXPECT_EQ(hold.due, TimePoint{});
        out += as_text(bytes);
      };
      for (int i = 0; i < 40; ++i) {
        in.append(rng.unit() < 0.3 ? format.others[i % 2 == 0 ? 0 : 1]
                                   : std::string(format.before) + "{}" + std::string(format.after));
      }
      for (std::size_t at = 0; at < in.size();) {
        const auto size = static_cast<std::size_t>(rng.between(std::int64_t{1}, 30));
        if (rng.unit() < 0.1) relay.refresh(active(rules), now, sink);
        relay.feed(as_bytes(std::string_view(in).substr(at, size)), now, sink);
        at += size;
        now += rng.between(Duration{}, Duration(1s));
        relay.advance(now, sink);
      }
      relay.finish(now, sink);
      ASSERT_EQ(out, in) << format.codec << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace firedrill
