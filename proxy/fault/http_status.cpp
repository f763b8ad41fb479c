// http.status: the service, or what stands before it, answers with an error.

#include "proxy/fault/body_template.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/status_answer.h"

#include <optional>
#include <string>

namespace firedrill {
namespace {

class HttpStatus final : public FaultSpec {
 public:
  struct Config {
    int code = 503;
    std::optional<std::string> body;
    bool is_template = false;
    HeaderLines headers;
    Persona persona = Persona::plain;
    Reach reach = Reach::none;

    StatusPage page() const { return {.code = code, .persona = persona, .body = body}; }
  };

  static const Params<Config>& params();

  explicit HttpStatus(Config config)
      : config_(std::move(config)), same_for_all_(config_.page(), config_.headers, config_.reach) {
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
    StatusPage page = config_.page();
    page.body = template_->fill(request, config_.code);
    return status_answer(page, config_.headers, config_.reach);
  }

  Config config_;
  StatusAnswer same_for_all_;
  std::optional<BodyTemplate> template_;
};

const Params<HttpStatus::Config>& HttpStatus::params() {
  static const auto params =
      Params<Config>()
          .required("code", &Config::code, "The status code.", between(200, 599))
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
          .check("code", [](const Config& config) { return wrong_code(config.page()); })
          .check("body", [](const Config& config) { return wrong_body(config.page()); })
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
