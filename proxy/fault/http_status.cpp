// http.status: the service, or what stands before it, answers with an error.

#include "proxy/fault/fault.h"
#include "proxy/fault/persona.h"
#include "proxy/fault/recorded_page.h"

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
    std::optional<int> code;  // of the page, when there is one
    std::optional<RecordedPage> page;
    std::optional<std::string> body;
    HeaderLines headers;
    Persona persona = Persona::plain;
    Reach reach = Reach::none;
  };

  static const Params<Config>& params();

  explicit HttpStatus(const Config& config)
      : code_(config.page ? config.page->code : *config.code), reach_(config.reach) {
    if (config.page) {
      serve(*config.page);
    } else {
      serve(config);
    }
  }
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
  void serve(const RecordedPage& page);
  void serve(const Config& config);
  Answer answer_with(const std::string& bytes, std::size_t head_size,
                     std::optional<std::size_t> date_offset) const;

  int code_;
  Reach reach_;
  std::string bytes_;
  std::string closing_bytes_;
  Answer answer_;
  Answer closing_;
};

// The page of the persona, or what the operator wants in its place.
Page page_for(const HttpStatus::Config& config) {
  Page page = *page_of(config.persona, *config.code);
  if (config.body) {
    page.body = *config.body;
    page.cacheable = true;
    if (may_have_body(*config.code)) page.content_type = "text/plain";
  }
  return page;
}

// The answer that shows `bytes`, which stay where they are.
Answer HttpStatus::answer_with(const std::string& bytes, std::size_t head_size,
                               std::optional<std::size_t> date_offset) const {
  return {.bytes = as_bytes(bytes),
          .head_size = head_size,
          .date_offset = date_offset.value_or(Answer::kNoDate),
          .status = code_,
          .reach_upstream = reach_ == Reach::upstream};
}

void HttpStatus::serve(const RecordedPage& page) {
  bytes_ = page.text;
  answer_ = answer_with(bytes_, page.head_size, page.date_offset);
  if (page.closes) return;
  closing_bytes_ = closing_text(page);
  closing_ = answer_with(closing_bytes_, page.head_size + closing_bytes_.size() - bytes_.size(),
                         page.date_offset);
  answer_.closing = &closing_;
}

void HttpStatus::serve(const Config& config) {
  const Page page = page_for(config);
  const auto compose = [&](std::string& bytes, AfterAnswer after) {
    const HeadText head = head_of(config.persona, page, config.headers, after);
    bytes = head.text + page.body;
    return answer_with(bytes, head.text.size(), head.date_offset);
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
          .optional("code", &Config::code, "The status code; a page has its own.",
                    between<std::optional<int>>(200, 599))
          .optional("page", &Config::page,
                    "A whole response, such as firedrill persona capture records: status line, "
                    "header fields and body. Its Date becomes the time of sending, and its length "
                    "is corrected. A configuration file may name a file with it: page_file.")
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
          .check("page",
                 [](const Config& config) {
                   const bool alone = !config.code && !config.body &&
                                      config.headers.lines.empty() &&
                                      config.persona == Persona::plain;
                   return !config.page || alone
                              ? ""
                              : "stands alone: code, body, headers and persona are its own";
                 })
          .check("code",
                 [](const Config& config) {
                   if (!config.code) return std::string(config.page ? "" : "is required");
                   if (page_of(config.persona, *config.code)) return std::string();
                   return "is none that " + std::string(name_of(config.persona)) +
                          " answers with; it has " + codes_of(config.persona) +
                          ", and plain has all";
                 })
          .check("body", [](const Config& config) {
            const bool fits =
                !config.code || may_have_body(*config.code) || !config.body || config.body->empty();
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
