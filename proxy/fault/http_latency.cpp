// http.latency: a slow service, or a slow way to it.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class HttpLatency final : public FaultSpec {
 public:
  struct Config {
    Distribution delay;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "delay", &Config::delay, "How long each message is held, drawn anew for each.");
    return params;
  }

  explicit HttpLatency(Config config) : config_(std::move(config)) {}

  Applied on_request(const HttpRequest& request, RequestVerdict& verdict, Rng& rng) const override {
    if (request.direction != Direction::response) verdict.delay = config_.delay.sample(rng);
    return Applied::yes;
  }
  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict,
                      Rng& rng) const override {
    if (response.direction != Direction::request) verdict.delay = config_.delay.sample(rng);
    return Applied::yes;
  }
  bool waits_for_response(Direction direction) const override {
    return direction == Direction::response;
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpLatency = fault_type<HttpLatency>({
    .name = "http.latency",
    .family = Family::http,
    .summary =
        "Delays a request before it is forwarded (direction request), or the response before "
        "its head is sent.",
    .reaches_upstream = "Yes; late when the direction is request or both.",
    .client_sees = "The upstream's own response, later.",
    .direction = Direction::response,
    .directed = true,
    .ramps = {"delay"},
});

}  // namespace firedrill
