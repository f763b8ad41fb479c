// http.status: the service, or what stands before it, answers with an error.

#include "proxy/fault/fault.h"
#include "proxy/fault/persona.h"

#include <optional>
#include <string>

namespace firedrill {
namespace {

enum class Reach : std::uint8_t { none, upstream };

}  // namespace

template <>
struct Names<Reach> {
  static constexpr std::pair<std::string_view, Reach> kAll[] = {{"none", Reach::none},
                                                                {"upstream", Reach::upstream}};
};
template <>
struct Kind<Reach> : EnumKind<Reach> {};

namespace {

class HttpStatus final : public FaultSpec {
 public:
  struct Config {
    int code = 503;
    std::optional<std::string> body;
    HeaderLines headers;
    Persona persona = Persona::plain;
    Reach reach = Reach::none;
  };

  static const Params<Config>& params();

  explicit HttpStatus(const Config& config);
  HttpStatus(const HttpStatus&) = delete;  // its answers show its own bytes
  HttpStatus& operator=(const HttpStatus&) = delete;

  Applied on_request(const HttpRequest&, RequestVerdict& verdict, Rng&) const override {
    verdict.answer = unowned(answer_);
    return Applied::yes;
  }
  Applied on_response(const HttpResponse&, ResponseVerdict& verdict, Rng&) const override {
    verdict.answer = unowned(answer_);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return answer_.reach_upstream; }

 private:
  std::string bytes_;
  std::string closing_bytes_;
  Answer answer_;
  Answer closing_;
};

// The page of the persona, or what the operator wants in its place.
Page page_for(const HttpStatus::Config& config) {
  Page page = *page_of(config.persona, config.code);
  if (config.body) {
    page.body = *config.body;
    page.cacheable = true;
    if (may_have_body(config.code)) page.content_type = "text/plain";
  }
  return page;
}

HttpStatus::HttpStatus(const Config& config) {
  const Page page = page_for(config);
  const auto compose = [&](std::string& bytes, AfterAnswer after) {
    const HeadText head = head_of(config.persona, page, config.headers, after);
    bytes = head.text + page.body;
    return Answer{
        .bytes = as_bytes(bytes),
        .head_size = head.text.size(),
        .date_offset = head.date_offset.value_or(Answer::kNoDate),
        .status = config.code,
        .reach_upstream = config.reach == Reach::upstream,
    };
  };
  closing_ = compose(closing_bytes_, AfterAnswer::close);
  answer_ = closing_;
  if (page.closes) return;
  answer_ = compose(bytes_, AfterAnswer::stay_open);
  answer_.closing = &closing_;
}

const Params<HttpStatus::Config>& HttpStatus::params() {
  static const auto params =
      Params<Config>()
          .required("code", &Config::code, "The status code.", between(200, 599))
          .optional("body", &Config::body,
                    "The body; when absent, the persona's own page, which is empty for plain.")
          .optional("headers", &Config::headers,
                    "Header fields, as a map or as a list of \"Name: value\". One that the persona "
                    "sends itself is replaced.")
          .optional("persona", &Config::persona,
                    "Whose error page the response is, byte for byte: plain has only what is "
                    "configured here; haproxy is 2.6, nginx is 1.22, alb is the AWS load balancer.")
          .optional(
              "reach", &Config::reach,
              "upstream sends the request on as well, waits for the response and replaces it; "
              "none keeps the request from the upstream.")
          .check("code",
                 [](const Config& config) {
                   if (page_of(config.persona, config.code)) return std::string();
                   return "is none that " + std::string(name_of(config.persona)) +
                          " answers with; it has " + codes_of(config.persona) +
                          ", and plain has all";
                 })
          .check("body", [](const Config& config) {
            const bool fits = may_have_body(config.code) || !config.body || config.body->empty();
            return fits ? "" : "is not possible: a response with this code has no body";
          });
  return params;
}

}  // namespace

extern constinit const FaultType kHttpStatus = fault_type<HttpStatus>({
    .name = "http.status",
    .family = Family::http,
    .summary =
        "Answers requests with a status of its own, as the service or a load balancer would.",
    .reaches_upstream = "No, unless reach is upstream.",
    .client_sees = "The status, with the configured body and headers or the persona's error page.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
