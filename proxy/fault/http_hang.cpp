// http.hang: a service that takes the request and is never heard of again.

#include "proxy/fault/delay.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/status_answer.h"

namespace firedrill {
namespace {

class HttpHang final : public FaultSpec {
 public:
  struct Config {
    Reach reach = Reach::none;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "reach", &Config::reach,
        "none holds the request before the upstream has it; upstream holds the response.");
    return params;
  }

  explicit HttpHang(Config config) : config_(config) {}

  Applied on_request(const HttpRequest&, RequestVerdict& verdict, Rng&) const override {
    if (config_.reach == Reach::none) verdict.delay = kLongestDelay;
    return Applied::yes;
  }
  Applied on_response(const HttpResponse&, ResponseVerdict& verdict, Rng&) const override {
    if (config_.reach == Reach::upstream) verdict.delay = kLongestDelay;
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return config_.reach == Reach::upstream; }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpHang = fault_type<HttpHang>({
    .name = "http.hang",
    .family = Family::http,
    .summary = "Never answers, until the client gives up or the fault ends; then the exchange goes "
               "on where it was held.",
    .reaches_upstream = "Only once the fault has ended, unless reach is upstream.",
    .client_sees = "An open connection without a response; the upstream's own once the fault ends.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
