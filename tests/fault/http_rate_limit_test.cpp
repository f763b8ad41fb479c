#include "proxy/fault/allowance.h"
#include "tests/fault/http_fault.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace firedrill {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

// One limit, asked again and again.
class Limit {
 public:
  explicit Limit(std::string_view with) : fault_(compile("http.rate_limit", with)) {
    EXPECT_NE(fault_.spec, nullptr) << describe(fault_.problems);
  }

  // What a refused request is answered; "" when it may pass.
  std::string ask(Duration after, std::string_view client = "10.0.0.1") const {
    const Exchanged asked(fault_, {.client = client, .now = kStart + after});
    EXPECT_EQ(asked.request.answer == nullptr, asked.request_applied == Applied::spared);
    if (asked.request.answer == nullptr) return "";
    return std::string(as_text(render(*asked.request.answer, AnswerPart::whole, {})));
  }
  bool passes(Duration after, std::string_view client = "10.0.0.1") const {
    return ask(after, client).empty();
  }

 private:
  Compiled fault_;
};

TEST(HttpRateLimit, LetsABurstPassAndThenOneInEachInterval) {
  const Limit limit(R"({"rate": "10/s", "burst": 2})");
  EXPECT_TRUE(limit.passes(0s));
  EXPECT_TRUE(limit.passes(0s));
  EXPECT_FALSE(limit.passes(0s));
  EXPECT_FALSE(limit.passes(99ms));
  EXPECT_TRUE(limit.passes(100ms));
  EXPECT_FALSE(limit.passes(199ms));
  EXPECT_TRUE(limit.passes(200ms));
}

TEST(HttpRateLimit, HasABurstOfItsRateWhereNoneIsConfigured) {
  const Limit limit(R"({"rate": "3/m"})");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.passes(0s)) << i;
  EXPECT_FALSE(limit.passes(19s));
  EXPECT_TRUE(limit.passes(20s));
}

TEST(HttpRateLimit, SavesNoMoreThanABurst) {
  const Limit limit(R"({"rate": "10/s", "burst": 2})");
  EXPECT_TRUE(limit.passes(1h));
  EXPECT_TRUE(limit.passes(1h));
  EXPECT_FALSE(limit.passes(1h));
}

TEST(HttpRateLimit, CountsEachClientByItself) {
  const Limit limit(R"({"rate": "1/s"})");
  EXPECT_TRUE(limit.passes(0s, "10.0.0.1"));
  EXPECT_TRUE(limit.passes(0s, "10.0.0.2"));
  EXPECT_FALSE(limit.passes(0s, "10.0.0.1"));
}

TEST(HttpRateLimit, CountsAllClientsTogether) {
  const Limit limit(R"({"rate": "1/s", "by": "global"})");
  EXPECT_TRUE(limit.passes(0s, "10.0.0.1"));
  EXPECT_FALSE(limit.passes(0s, "10.0.0.2"));
}

TEST(HttpRateLimit, TellsWhenToComeBackInWholeSecondsRoundedUp) {
  const Limit limit(R"({"rate": "2/m", "burst": 1})");
  limit.ask(0s);
  EXPECT_EQ(limit.ask(500ms),
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"
            "Retry-After: 30\r\n\r\n");
}

TEST(HttpRateLimit, TellsItsQuotaAsTheDraftsDo) {
  const Limit limit(R"({"rate": "100/m", "burst": 1, "headers": "ratelimit", "body": "slow"})");
  limit.ask(0s);
  EXPECT_EQ(limit.ask(0s),
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
            "RateLimit-Limit: 100\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 1\r\n\r\nslow");
}

TEST(HttpRateLimit, TellsBothOrNothing) {
  const Limit both(R"({"rate": "1/h", "headers": "both"})");
  both.ask(0s);
  EXPECT_THAT(both.ask(0s), HasSubstr("Retry-After: 3600\r\nRateLimit-Limit: 1\r\n"));
  const Limit none(R"({"rate": "1/h", "headers": "none"})");
  none.ask(0s);
  EXPECT_THAT(none.ask(0s), Not(HasSubstr("Retry-After")));
}

TEST(HttpRateLimit, AnswersAsAPersona) {
  const Limit limit(R"({"rate": "1/h", "persona": "envoy"})");
  limit.ask(0s);
  EXPECT_THAT(limit.ask(0s), HasSubstr("\r\n\r\nlocal_rate_limited"));
  EXPECT_THAT(refusal("http.rate_limit", R"({"rate": "1/h", "persona": "alb"})"),
              HasSubstr("with.code: is none that alb answers with"));
}

TEST(HttpRateLimit, ActsBeforeThereIsAResponse) {
  const Compiled fault = compile("http.rate_limit", R"({"rate": "1/s"})");
  EXPECT_FALSE(fault.spec->waits_for_response(Direction::response));
}

TEST(Allowance, IsSharedByThreadsWithoutLosingOrAddingAny) {
  Allowance allowance;
  std::atomic<int> passed = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        if (allowance.take({.interval = 1h, .burst = 500}, kStart) == 0s) ++passed;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(passed, 500);
}

Cidr::Raw numbered(std::uint32_t number) {
  Cidr::Raw address{};
  for (int i = 0; i < 4; ++i) address[static_cast<std::size_t>(i)] = std::uint8_t(number >> 8 * i);
  return address;
}

TEST(ClientAllowances, KeepThousandsOfClientsApart) {
  ClientAllowances all;
  constexpr AllowanceTerms kOne{.interval = 1h};
  int passed = 0;
  for (std::uint32_t n = 0; n < 4000; ++n)
    passed += all.of(numbered(n), kStart).take(kOne, kStart) == 0s;
  EXPECT_EQ(passed, 4000);
  for (std::uint32_t n = 0; n < 4000; ++n)
    passed += all.of(numbered(n), kStart).take(kOne, kStart) == 0s;
  EXPECT_EQ(passed, 4000);
}

TEST(ClientAllowances, GiveBucketsThatAreFullAgainToOthers) {
  ClientAllowances all;
  constexpr AllowanceTerms kOne{.interval = 1s};
  for (std::uint32_t n = 0; n < 200'000; ++n) all.of(numbered(n), kStart).take(kOne, kStart);
  const TimePoint later = kStart + 1h;
  int passed = 0;
  for (std::uint32_t n = 0; n < 4000; ++n) {
    passed += all.of(numbered(1'000'000 + n), later).take(kOne, later) == 0s;
  }
  EXPECT_EQ(passed, 4000);
}

}  // namespace
}  // namespace firedrill
