// http.route_to: a load balancer that misroutes.

#include "proxy/core/address.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class HttpRouteTo final : public FaultSpec {
 public:
  struct Config {
    Address upstream;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("upstream", &Config::upstream,
                      "Where requests go instead. The Host header stays as the client sent it.")
            .check("upstream",
                   [](const Config& config) { return wrong_destination(config.upstream); });
    return params;
  }

  explicit HttpRouteTo(Config config) : config_(std::move(config)) {}

  Applied on_request(const HttpRequest&, RequestVerdict& verdict, Rng&) const override {
    verdict.upstream = &config_.upstream;
    return Applied::yes;
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpRouteTo = fault_type<HttpRouteTo>({
    .name = "http.route_to",
    .family = Family::http,
    .summary =
        "Sends requests to another upstream, as a misconfigured load balancer does. The fault's "
        "`share` says how many; `variants`, each with its `weight` and its `upstream`, spread them "
        "over several.",
    .reaches_upstream = "Another one; the proxy's own again once the fault has ended.",
    .client_sees = "The other upstream's responses; 503 when that can't be reached.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
