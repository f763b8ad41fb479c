// http.bandwidth: a response over a slow line.

#include "proxy/fault/fault.h"
#include "proxy/fault/pace.h"

#include <algorithm>
#include <memory>

namespace firedrill {
namespace {

class Throttle final : public BodyStage {
 public:
  explicit Throttle(Rate rate) : pace_(rate) {}

  void on_payload(ByteView payload, TimePoint now, const BodyNext& next) override {
    const std::size_t most = std::min<std::size_t>(pace_.piece_of(payload.size()), 16_KiB);
    while (!payload.empty()) {
      const ByteView piece = payload.first(std::min(most, payload.size()));
      next.payload(piece, pace_.leaves(piece.size(), now));
      payload = payload.subspan(piece.size());
    }
  }

 private:
  Pace pace_;
};

class HttpBandwidth final : public FaultSpec {
 public:
  struct Config {
    Rate rate;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required("rate", &Config::rate,
                      "The speed of each response's body. With 0B/s it is held until the fault "
                      "ends.")
            .check("rate", [](const Config& config) { return wrong_speed(config.rate); });
    return params;
  }

  explicit HttpBandwidth(Config config) : config_(config) {}

  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict, Rng&) const override {
    if (!response.has_body) return Applied::no;
    verdict.edit.stage = std::make_unique<Throttle>(config_.rate);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return true; }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpBandwidth = fault_type<HttpBandwidth>({
    .name = "http.bandwidth",
    .family = Family::http,
    .summary = "Caps the rate of each response by itself, whatever its connection.",
    .reaches_upstream = "Yes.",
    .client_sees = "The head at once, then every byte of the body at no more than the rate.",
    .direction = Direction::response,
    .directed = false,
    .ramps = {"rate"},
});

}  // namespace firedrill
