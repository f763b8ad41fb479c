// http.reset: a service that dies in the middle of an exchange.

#include "proxy/fault/fault.h"

#include <algorithm>

namespace firedrill {
namespace {

enum class ResetAt : std::uint8_t { request, head, body };

}  // namespace

template <>
struct Names<ResetAt> {
  static constexpr std::pair<std::string_view, ResetAt> kAll[] = {
      {"request", ResetAt::request}, {"head", ResetAt::head}, {"body", ResetAt::body}};
};
template <>
struct Kind<ResetAt> : EnumKind<ResetAt> {};

namespace {

// Lets so many bytes of a body pass and then resets; a shorter body at its end.
class ResetAfter final : public BodyStage {
 public:
  explicit ResetAfter(std::uint64_t bytes) : left_(bytes) {}

  void on_start(TimePoint, const BodyNext& next) override {
    if (left_ == 0) next.end(BodyEnd::reset);
  }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(left_, payload.size()));
    next.payload(payload.first(passed));
    left_ -= passed;
    if (left_ == 0) next.end(BodyEnd::reset);
  }
  void on_end(TimePoint, const BodyNext& next) override { next.end(BodyEnd::reset); }

 private:
  std::uint64_t left_;
};

class HttpReset final : public FaultSpec {
 public:
  struct Config {
    ResetAt at = ResetAt::request;
    std::optional<ByteSize> bytes;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("at", &Config::at,
                      "When: request, once the request's head has been read; head, once the "
                      "response's head has been sent; body, within the response's body.")
            .optional("bytes", &Config::bytes,
                      "How much of the body is sent first when `at` is body; a shorter body is "
                      "reset at its end.")
            .check("bytes", [](const Config& config) {
              if (config.at == ResetAt::body) return config.bytes ? "" : "is required at body";
              return config.bytes ? "means something only at body" : "";
            });
    return params;
  }

  explicit HttpReset(Config config) : config_(config) {}

  Applied on_request(const HttpRequest&, RequestVerdict& verdict, Rng&) const override {
    if (config_.at == ResetAt::request) verdict.answer = unowned(kReset);
    return Applied::yes;
  }
  Applied on_response(const HttpResponse&, ResponseVerdict& verdict, Rng&) const override {
    if (config_.at == ResetAt::request) return Applied::yes;
    verdict.edit.stage = std::make_unique<ResetAfter>(config_.bytes.value_or(ByteSize{}).bytes);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return config_.at != ResetAt::request; }

 private:
  static constexpr Answer kReset{.ending = Answer::Ending::reset};

  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpReset = fault_type<HttpReset>({
    .name = "http.reset",
    .family = Family::http,
    .summary = "Resets the connection after the request's head, after the response's head, or "
               "within its body.",
    .reaches_upstream = "No when `at` is request; otherwise yes.",
    .client_sees = "ECONNRESET (RST), after nothing, the response's head or a part of its body.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
