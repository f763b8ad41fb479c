// tcp.refuse: a service that is not running.

#include "proxy/fault/fault.h"

namespace firedrill {
namespace {

enum class Mode : std::uint8_t { close_listener, reset };

}  // namespace

template <>
struct Names<Mode> {
  static constexpr std::pair<std::string_view, Mode> kAll[] = {
      {"close_listener", Mode::close_listener}, {"reset", Mode::reset}};
};
template <>
struct Kind<Mode> : EnumKind<Mode> {};

namespace {

class TcpRefuse final : public FaultSpec {
 public:
  struct Config {
    Mode mode = Mode::close_listener;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "mode", &Config::mode,
        "close_listener closes the listening socket, so that the system refuses connections; reset "
        "accepts them and resets them at once. A fault that hits only a part of the connections "
        "resets these in either mode.");
    return params;
  }

  explicit TcpRefuse(Config config) : config_(config) {}

  // Also what a connection meets that the listener had accepted before it closed.
  void on_accept(AcceptVerdict& verdict, Rng&) const override {
    verdict.refuse_with(AcceptVerdict::Action::reset);
  }
  bool closes_listener() const override { return config_.mode == Mode::close_listener; }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpRefuse = fault_type<TcpRefuse>({
    .name = "tcp.refuse",
    .family = Family::tcp,
    .summary = "A stopped service: new connections are refused; those that are open live on.",
    .reaches_upstream = "No: no connection is made there.",
    .client_sees = "ECONNREFUSED, or with mode reset a connection that is reset at once.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
