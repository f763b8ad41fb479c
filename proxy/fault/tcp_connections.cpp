// tcp.connections: a pool that is exhausted.

#include "proxy/fault/fault.h"

namespace firedrill {

template <>
struct Names<ConnectionSlots::Full> {
  static constexpr std::pair<std::string_view, ConnectionSlots::Full> kAll[] = {
      {"reset", ConnectionSlots::Full::reset}, {"queue", ConnectionSlots::Full::queue}};
};
template <>
struct Kind<ConnectionSlots::Full> : EnumKind<ConnectionSlots::Full> {};

namespace {

class TcpConnections final : public FaultSpec {
 public:
  struct Config {
    std::uint32_t most = 0;
    ConnectionSlots::Full full = ConnectionSlots::Full::reset;
  };

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .required(
                "max", &Config::most,
                "How many connections that the fault hits are open at once at most, over all "
                "workers and all proxies of the fault. Those that were open before count, and "
                "stay.")
            .optional("full", &Config::full,
                      "What happens to one more: reset refuses it (RST); queue lets it wait, "
                      "established and silent, until another has ended.");
    return params;
  }

  explicit TcpConnections(Config config) : slots_(config.most, config.full) {}

  ConnectionSlots* slots() const override { return &slots_; }

 private:
  mutable ConnectionSlots slots_;  // counts; see its own promise
};

}  // namespace

extern constinit const FaultType kTcpConnections = fault_type<TcpConnections>({
    .name = "tcp.connections",
    .family = Family::tcp,
    .summary = "Serves at most a number of connections at once, as an exhausted pool does.",
    .reaches_upstream = "Only connections that are served.",
    .client_sees = "A connection beyond that is reset at once, or silent until its turn comes.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
