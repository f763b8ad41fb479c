// http.status: the service, or what stands before it, answers with an error.

#include "proxy/fault/body_template.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/recorded_page.h"
#include "proxy/fault/status_answer.h"

#include <optional>
#include <string>

namespace firedrill {
namespace {

class HttpStatus final : public FaultSpec {
 public:
  struct Config {
    std::optional<int> code;  // of the page, when there is one
    std::optional<RecordedPage> page;
    std::optional<std::string> body;
    bool is_template = false;
    HeaderLines headers;
    Persona persona = Persona::plain;
    Reach reach = Reach::none;

    StatusPage status_page() const {
      return {.code = code.value_or(0), .persona = persona, .body = body};
    }
  };

  static const Params<Config>& params();

  explicit HttpStatus(Config config)
      : config_(std::move(config)),
        same_for_all_(config_.page
                          ? StatusAnswer(*config_.page, config_.reach)
                          : StatusAnswer(config_.status_page(), config_.headers, config_.reach)) {
    if (config_.is_template) template_.emplace(*config_.body);
  }

  Applied on_request(const HttpRequest& request, RequestVerdict& verdict, Rng&) const override {
    verdict.answer = answer_to(request.head);
    return Applied::yes;
  }
  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict, Rng&) const override {
    verdict.answer = answer_to(response.request);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return config_.reach == Reach::upstream; }

 private:
  AnswerPtr answer_to(const http::RequestHead& request) const {
    if (!template_) return unowned(same_for_all_.answer());
    StatusPage page = config_.status_page();
    page.body = template_->fill(request, page.code);
    return status_answer(page, config_.headers, config_.reach);
  }

  Config config_;
  StatusAnswer same_for_all_;
  std::optional<BodyTemplate> template_;
};

const Params<HttpStatus::Config>& HttpStatus::params() {
  static const auto params =
      Params<Config>()
          .optional("code", &Config::code, "The status code; required, but a page has its own.",
                    between<std::optional<int>>(200, 599))
          .optional("page", &Config::page,
                    "A whole response, such as firedrill persona capture records: status line, "
                    "header fields and body. Its Date becomes the time of sending, and its length "
                    "is corrected. In a configuration file, page_file names a file that holds it.")
          .optional("body", &Config::body,
                    "The body; when absent, the persona's own page, which is empty for plain. In "
                    "a configuration file, body_file names a file that holds it.")
          .optional("template", &Config::is_template,
                    "Whether the body has placeholders for what the request says: ${method}, "
                    "${path}, ${query}, ${host}, ${header.NAME} and ${status}.")
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
                   const bool alone = !config.code && !config.body && !config.is_template &&
                                      config.headers.lines.empty() &&
                                      config.persona == Persona::plain;
                   return !config.page || alone
                              ? ""
                              : "stands alone: code, body, headers and persona are its own";
                 })
          .check("code",
                 [](const Config& config) -> std::string {
                   if (config.page) return "";
                   return config.code ? wrong_code(config.status_page()) : "is required";
                 })
          .check("body",
                 [](const Config& config) -> std::string {
                   return config.page ? "" : wrong_body(config.status_page());
                 })
          .check("body", [](const Config& config) {
            if (!config.is_template) return std::string();
            return config.body ? BodyTemplate(*config.body).wrong() : "is required for a template";
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
