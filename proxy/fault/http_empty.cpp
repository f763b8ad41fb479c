// http.empty: a service that takes the request and closes without a word.

#include "proxy/fault/fault.h"
#include "proxy/fault/status_answer.h"

namespace firedrill {
namespace {

class HttpEmpty final : public FaultSpec {
 public:
  struct Config {
    Reach reach = Reach::none;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "reach", &Config::reach,
        "upstream sends the request on, waits for the response and throws it away; none keeps the "
        "request from the upstream.");
    return params;
  }

  explicit HttpEmpty(Config config) : answer_{.reach_upstream = config.reach == Reach::upstream} {}

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
  Answer answer_;
};

}  // namespace

extern constinit const FaultType kHttpEmpty = fault_type<HttpEmpty>({
    .name = "http.empty",
    .family = Family::http,
    .summary = "Closes the connection instead of answering.",
    .reaches_upstream = "No, unless reach is upstream.",
    .client_sees = "The connection closes in order (FIN) after the request, without a response.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
