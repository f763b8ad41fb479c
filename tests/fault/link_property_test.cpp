// Random links under virtual time. Every failure prints the seed that repeats it.
#include "proxy/fault/link.h"

#include "tests/fault/support.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace firedrill {
namespace {

using namespace test;

const FaultSpecPtr kBlackhole = compile("tcp.blackhole", "{}").spec;
const FaultSpecPtr kBandwidth = compile("tcp.bandwidth", R"({"rate": "50KB/s"})").spec;
const FaultSpecPtr kLatency =
    compile("tcp.latency", R"({"delay": {"uniform": ["0ms", "40ms"]}})").spec;
const FaultSpecPtr kAtLeast3ms =
    compile("tcp.latency", R"({"delay": {"uniform": ["3ms", "30ms"]}})").spec;
// What delays bytes in one way or another, and never loses any.
const FaultSpecPtr kKeepBytes[] = {
    kBandwidth,
    kLatency,
    compile("tcp.slice", R"({"size": 40, "variation": 30, "delay": "300us"})").spec,
    compile("tcp.loss", R"({"rate": "20%", "mss": 60, "rto": "2ms", "max_rto": "9ms"})").spec,
    compile("tcp.stall", R"({"for": "8ms", "after": "3ms", "every": "20ms"})").spec,
    compile("tcp.stall", R"({"for": "8ms", "bytes": 700})").spec,
    compile("tcp.slow_close", R"({"delay": "10ms"})").spec,
};
constexpr Duration kLeastDelay = 3ms;

struct Trace {
  std::string in, out;
  std::vector<TimePoint> times;     // when each byte came out
  std::vector<TimePoint> earliest;  // when each byte could have come out at best
  std::optional<Segment::Kind> ending;
  bool operator==(const Trace&) const = default;
};

// How often the link is looked at beside the moments that it asks for.
enum class Looks : std::uint8_t { punctual, often };

enum class Stages : std::uint8_t { stay, come_and_go };

class World {
 public:
  World(std::uint64_t seed, Looks looks) : rng_(seed), looks_(looks) {}

  Trace run(int steps, Stages stages) {
    const bool changes = stages == Stages::come_and_go;
    if (changes)
      change();
    else
      plan_fixed();
    for (int step = 0; step < steps; ++step) {
      const TimePoint then = now_ + rng_.between(Duration(0), Duration(5ms));
      move_to(then);
      if (link_.accepts_input() && rng_.unit() < 0.6) send(step);
      if (changes && rng_.unit() < 0.1) change();
      drain();
    }
    link_.on_end(Segment::Kind::fin, now_);
    link_.set_stages({}, now_);
    drain();
    trace_.ending = link_.ending();
    return trace_;
  }

 private:
  // Delays only, so that the least delay of all bytes is known.
  void plan_fixed() {
    std::vector<StagePlan> plans;
    plans.push_back({1, start(kAtLeast3ms, rng_.split(1))});
    link_.set_stages(std::move(plans), now_);
  }

  void send(int step) {
    const std::string bytes(static_cast<std::size_t>(rng_.between(std::int64_t{1}, 500)),
                            static_cast<char>('a' + step % 26));
    link_.on_data(as_bytes(bytes), now_);
    trace_.in += bytes;
    trace_.earliest.insert(trace_.earliest.end(), bytes.size(), now_ + kLeastDelay);
  }

  // Keeps some of the stages, drops and adds others, and sometimes turns their order round.
  void change() {
    std::vector<StagePlan> plans;
    std::vector<std::uint64_t> keys;
    for (const std::uint64_t key : keys_) {
      if (rng_.unit() < 0.6) keys.push_back(key);
    }
    if (rng_.unit() < 0.3) std::ranges::reverse(keys);
    for (const std::uint64_t key : keys) plans.push_back({key, nullptr});
    if (keys.size() < 5 && rng_.unit() < 0.7) {
      const auto place = rng_.between(std::int64_t{0}, static_cast<std::int64_t>(keys.size()));
      const std::uint64_t key = ++last_key_;
      keys.insert(keys.begin() + place, key);
      plans.insert(plans.begin() + place, StagePlan{key, any_stage(key)});
    }
    keys_ = std::move(keys);
    link_.set_stages(std::move(plans), now_);
  }

  std::unique_ptr<LinkStage> any_stage(std::uint64_t key) {
    const Rng own = rng_.split(key);
    const double roll = rng_.unit();
    if (roll < 0.1) return start(kBlackhole, own);
    if (roll < 0.2) return start(shared_, own);
    const auto last = static_cast<std::int64_t>(std::size(kKeepBytes)) - 1;
    return start(kKeepBytes[rng_.between(std::int64_t{0}, last)], own);
  }

  std::unique_ptr<LinkStage> start(const FaultSpecPtr& spec, Rng rng) {
    return spec->make_stage(
        {.now = now_, .rng = rng, .side = Direction::response, .activity = activity_});
  }

  void move_to(TimePoint then) {
    if (looks_ == Looks::often) {
      for (TimePoint look = now_; look < then; look += 700us) observe(look);
    }
    for (TimePoint due = link_.next_due(); due <= then; due = link_.next_due()) observe(due);
    now_ = then;
    observe(now_);
  }

  void observe(TimePoint when) {
    now_ = when;
    link_.advance(when);
    drain();
  }

  void drain() {
    const std::string taken = take(link_);
    trace_.out += taken;
    trace_.times.insert(trace_.times.end(), taken.size(), now_);
  }

  Rng rng_;
  Looks looks_;
  FaultSpecPtr shared_ = compile("tcp.bandwidth", R"({"rate": "50KB/s", "scope": "proxy"})").spec;
  Activity activity_;
  Link link_{8_KiB};
  TimePoint now_ = kStart;
  Trace trace_;
  std::vector<std::uint64_t> keys_;
  std::uint64_t last_key_ = 0;
};

TEST(LinkProperty, DeliversEveryByteInOrderWhateverStagesComeAndGo) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Trace trace = World(seed, Looks::punctual).run(60, Stages::come_and_go);
    ASSERT_EQ(trace.out, trace.in) << "seed " << seed;
    ASSERT_EQ(trace.ending, Segment::Kind::fin) << "seed " << seed;
  }
}

TEST(LinkProperty, TheSameSeedGivesTheSameTraceHoweverOftenTheLinkIsLookedAt) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const Trace trace = World(seed, Looks::punctual).run(40, Stages::come_and_go);
    ASSERT_EQ(trace, World(seed, Looks::punctual).run(40, Stages::come_and_go)) << "seed " << seed;
    ASSERT_EQ(trace.out, World(seed, Looks::often).run(40, Stages::come_and_go).out)
        << "seed " << seed;
  }
}

TEST(LinkProperty, NoByteIsEarly) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    World world(seed, Looks::often);
    const Trace trace = world.run(40, Stages::stay);
    // The stage is taken away at the end, which lets go of the rest.
    const TimePoint end = trace.times.empty() ? kStart : trace.times.back();
    for (std::size_t i = 0; i < trace.times.size() && trace.times[i] < end; ++i) {
      ASSERT_GE(trace.times[i], trace.earliest[i]) << "seed " << seed << " byte " << i;
    }
  }
}

}  // namespace
}  // namespace firedrill
