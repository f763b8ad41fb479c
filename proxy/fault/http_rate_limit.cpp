// http.rate_limit: an API gateway that throttles.

#include "proxy/fault/allowance.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/status_answer.h"

#include <chrono>
#include <memory>
#include <string>

namespace firedrill {
namespace {

enum class LimitBy : std::uint8_t { client, global };
enum class LimitHeaders : std::uint8_t { retry_after, ratelimit, both, none };

}  // namespace

template <>
struct Names<LimitBy> {
  static constexpr std::pair<std::string_view, LimitBy> kAll[] = {{"client", LimitBy::client},
                                                                  {"global", LimitBy::global}};
};
template <>
struct Kind<LimitBy> : EnumKind<LimitBy> {};

template <>
struct Names<LimitHeaders> {
  static constexpr std::pair<std::string_view, LimitHeaders> kAll[] = {
      {"retry_after", LimitHeaders::retry_after},
      {"ratelimit", LimitHeaders::ratelimit},
      {"both", LimitHeaders::both},
      {"none", LimitHeaders::none}};
};
template <>
struct Kind<LimitHeaders> : EnumKind<LimitHeaders> {};

namespace {

// Faster than this is no limit that anybody would notice.
constexpr std::uint32_t kMost = 1'000'000;

class HttpRateLimit final : public FaultSpec {
 public:
  struct Config {
    Frequency rate;
    std::optional<std::uint32_t> burst;
    LimitBy by = LimitBy::client;
    LimitHeaders headers = LimitHeaders::retry_after;
    int code = 429;
    Persona persona = Persona::plain;
    std::optional<std::string> body;

    StatusPage page() const { return {.code = code, .persona = persona, .body = body}; }
  };

  static const Params<Config>& params();

  explicit HttpRateLimit(Config config)
      : config_(std::move(config)),
        terms_{.interval = config_.rate.per / config_.rate.count,
               .burst = config_.burst.value_or(config_.rate.count)} {
    if (config_.by == LimitBy::client) clients_ = std::make_unique<ClientAllowances>();
  }

  Applied on_request(const HttpRequest& request, RequestVerdict& verdict, Rng&) const override {
    Allowance& allowance = clients_ ? clients_->of(request.client, request.now) : global_;
    const Duration wait = allowance.take(terms_, request.now);
    if (wait == Duration::zero()) return Applied::spared;
    verdict.answer = status_answer(config_.page(), headers(wait), Reach::none);
    return Applied::yes;
  }

 private:
  // RateLimit-* are those of the IETF's drafts up to version 7: the quota, what is left of it, and
  // the seconds until there is more.
  HeaderLines headers(Duration wait) const {
    const std::string seconds =
        std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count());
    HeaderLines headers;
    if (config_.headers == LimitHeaders::retry_after || config_.headers == LimitHeaders::both) {
      headers.lines.push_back({"Retry-After", seconds});
    }
    if (config_.headers == LimitHeaders::ratelimit || config_.headers == LimitHeaders::both) {
      headers.lines.push_back({"RateLimit-Limit", std::to_string(config_.rate.count)});
      headers.lines.push_back({"RateLimit-Remaining", "0"});
      headers.lines.push_back({"RateLimit-Reset", seconds});
    }
    return headers;
  }

  Config config_;
  AllowanceTerms terms_;
  // Counts, on all workers; see their own promise.
  mutable Allowance global_;
  std::unique_ptr<ClientAllowances> clients_;
};

const Params<HttpRateLimit::Config>& HttpRateLimit::params() {
  static const auto params =
      Params<Config>()
          .required("rate", &Config::rate,
                    "How many requests go through in a time, evenly spread once the burst is used "
                    "up; all workers together.")
          .optional("burst", &Config::burst,
                    "How many may come at once; by default as many as the rate names.",
                    between<std::optional<std::uint32_t>>(1, kMost))
          .optional("by", &Config::by,
                    "What is counted: each client by its address, or all clients together.")
          .optional("headers", &Config::headers,
                    "What a refused client is told: retry_after, a number of whole seconds; "
                    "ratelimit, the RateLimit-Limit, -Remaining and -Reset of the IETF draft.")
          .optional("code", &Config::code, "The status of the refusal.", between(400, 599))
          .optional("persona", &Config::persona, "Whose error page the refusal is.")
          .optional("body", &Config::body,
                    "The body; when absent, the persona's own page, which is empty for plain.")
          .check("rate",
                 [](const Config& config) {
                   return config.rate.count > kMost ? "must name at most 1000000" : "";
                 })
          .check("code", [](const Config& config) { return wrong_code(config.page()); });
  return params;
}

}  // namespace

extern constinit const FaultType kHttpRateLimit = fault_type<HttpRateLimit>({
    .name = "http.rate_limit",
    .family = Family::http,
    .summary = "Refuses requests above a rate, for each client or for all, as an API gateway does.",
    .reaches_upstream = "Only requests within the rate.",
    .client_sees = "429, or another status, with Retry-After or RateLimit-* headers; within the "
                   "rate the upstream's own response.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
