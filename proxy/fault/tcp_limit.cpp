// tcp.limit: so many bytes and no more.

#include "proxy/fault/cut.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class TcpLimit final : public FaultSpec {
 public:
  struct Config {
    ByteSize bytes;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "bytes", &Config::bytes,
        "How many bytes of each connection pass in the fault's direction, counted from when the "
        "fault reaches it; an edit counts on. With 0 the first byte ends it.");
    return params;
  }

  explicit TcpLimit(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    const CutPoint point{.after = {}, .bytes = config_.bytes};
    return std::make_unique<Cut>(Segment::Kind::close, point, start.now);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpLimit = fault_type<TcpLimit>({
    .name = "tcp.limit",
    .family = Family::tcp,
    .summary = "Forwards a number of bytes of each connection and then closes it on both sides.",
    .reaches_upstream = "Yes; of the bytes, when the direction is request or both, only so many.",
    .client_sees = "The end of the stream (FIN) behind exactly these bytes.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
