// tcp.close: the connection ends in good order, and too early.

#include "proxy/fault/cut.h"
#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

class TcpClose final : public FaultSpec {
 public:
  struct Config {
    std::optional<Duration> after;
    std::optional<ByteSize> bytes;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("after", &Config::after,
                      "How long a connection lives, counted from when the fault, or an edit of it, "
                      "reaches it.")
            .optional("bytes", &Config::bytes,
                      "How many bytes pass in the fault's direction before the end. With `after` "
                      "too, whichever comes first; with neither, the end is at once.");
    return params;
  }

  explicit TcpClose(Config config) : point_{.after = config.after, .bytes = config.bytes} {}

  void on_accept(AcceptVerdict& verdict, Rng&) const override {
    if (point_.at_once()) verdict.refuse_with(AcceptVerdict::Action::close);
  }

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Cut>(Segment::Kind::close, point_, start.now);
  }

 private:
  CutPoint point_;
};

}  // namespace

extern constinit const FaultType kTcpClose = fault_type<TcpClose>({
    .name = "tcp.close",
    .family = Family::tcp,
    .summary =
        "Closes connections on both sides (FIN): at accept and at once when they are open, or "
        "after a time or a number of bytes.",
    .reaches_upstream = "What passed before the end does; at accept, nothing.",
    .client_sees = "The end of the stream (FIN) behind the bytes that came before it.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
