// http.latency: a slow service, or a slow way to it.

#include "proxy/fault/delay.h"
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

  void on_request(const http::RequestHead&, Direction direction, RequestVerdict& verdict,
                  Rng& rng) const override {
    if (direction != Direction::response) {
      verdict.request_delay = add_delays(verdict.request_delay, config_.delay.sample(rng));
    }
    if (direction != Direction::request) {
      verdict.response_delay = add_delays(verdict.response_delay, config_.delay.sample(rng));
    }
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
