// http.garbage: bytes that are no HTTP, and the end of the connection.

#include "proxy/fault/fault.h"
#include "proxy/fault/status_answer.h"

#include <memory>

namespace firedrill {
namespace {

struct Garbage {
  Bytes bytes;
  Answer answer;
};

class HttpGarbage final : public FaultSpec {
 public:
  struct Config {
    ByteSize bytes{64};
    Reach reach = Reach::none;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("bytes", &Config::bytes, "How many random bytes; others for each request.",
                      between(ByteSize{1}, ByteSize{64_KiB}))
            .optional("reach", &Config::reach,
                      "upstream sends the request on, waits for the response and throws it away; "
                      "none keeps the request from the upstream.");
    return params;
  }

  explicit HttpGarbage(Config config) : config_(config) {}

  Applied on_request(const HttpRequest&, RequestVerdict& verdict, Rng& rng) const override {
    verdict.answer = draw(rng);
    return Applied::yes;
  }
  Applied on_response(const HttpResponse&, ResponseVerdict& verdict, Rng& rng) const override {
    verdict.answer = draw(rng);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return config_.reach == Reach::upstream; }

 private:
  AnswerPtr draw(Rng& rng) const {
    auto garbage = std::make_shared<Garbage>();
    for (std::uint64_t i = 0; i < config_.bytes.bytes; ++i) {
      garbage->bytes.push_back(std::byte(rng.next() & 0xff));
    }
    // No response begins so, whatever follows.
    garbage->bytes.front() |= std::byte{0x80};
    garbage->answer = {.bytes = garbage->bytes,
                       .head_size = garbage->bytes.size(),
                       .reach_upstream = config_.reach == Reach::upstream};
    return {garbage, &garbage->answer};
  }

  Config config_;
};

}  // namespace

extern constinit const FaultType kHttpGarbage = fault_type<HttpGarbage>({
    .name = "http.garbage",
    .family = Family::http,
    .summary = "Sends random bytes instead of a response, and closes.",
    .reaches_upstream = "No, unless reach is upstream.",
    .client_sees = "Bytes that are no HTTP, also after HEAD; then the connection closes (FIN).",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
