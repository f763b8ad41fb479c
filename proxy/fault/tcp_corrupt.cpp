// tcp.corrupt: wrong bytes.

#include "proxy/fault/fault.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace firedrill {
namespace {

enum class Change : std::uint8_t { flip, overwrite };

}  // namespace

template <>
struct Names<Change> {
  static constexpr std::pair<std::string_view, Change> kAll[] = {{"flip", Change::flip},
                                                                 {"overwrite", Change::overwrite}};
};
template <>
struct Kind<Change> : EnumKind<Change> {};

namespace {

struct CorruptConfig {
  std::optional<Fraction> rate;
  std::optional<ByteSize> offset;
  ByteSize length{1};
  Change how = Change::flip;
  std::optional<int> value;
};

constexpr auto kNowhere = std::numeric_limits<std::uint64_t>::max();

// Knows the position of the next byte to change, so that bytes in between cost nothing.
class Corrupt final : public LinkStage {
 public:
  Corrupt(const CorruptConfig& config, Rng rng) : config_(config), rng_(rng) {
    target_ = config_.offset ? config_.offset->bytes : draw_gap();
  }

  void on_segment(Segment segment, const Next& next) override {
    const std::uint64_t end = position_ + segment.bytes.size();
    while (target_ < end) {
      std::byte& byte = segment.bytes[target_ - position_];
      byte = changed(byte);
      advance_target();
    }
    position_ = end;
    next(std::move(segment));
  }

 private:
  void advance_target() {
    ++target_;
    if (config_.offset) {
      if (target_ - config_.offset->bytes >= config_.length.bytes) target_ = kNowhere;
      return;
    }
    const std::uint64_t gap = draw_gap();
    target_ = gap < kNowhere - target_ ? target_ + gap : kNowhere;
  }

  // How many bytes stay as they are before the next that is changed: each is with the same chance.
  std::uint64_t draw_gap() {
    const double rate = config_.rate->value;
    if (rate <= 0) return kNowhere;
    if (rate >= 1) return 0;
    const double gap = std::floor(std::log1p(-rng_.unit()) / std::log1p(-rate));
    return gap < 1e18 ? static_cast<std::uint64_t>(gap) : kNowhere;
  }

  // Another byte than before, unless the configured one is the same.
  std::byte changed(std::byte byte) {
    if (config_.how == Change::flip) return byte ^ std::byte(1 << rng_.between(std::int64_t{0}, 7));
    if (config_.value) return std::byte(*config_.value);
    const auto other = std::to_integer<std::int64_t>(byte) + rng_.between(std::int64_t{1}, 255);
    return std::byte(other & 0xff);
  }

  CorruptConfig config_;
  Rng rng_;
  std::uint64_t position_ = 0;  // of the next byte to arrive
  std::uint64_t target_;        // of the next byte to change
};

class TcpCorrupt final : public FaultSpec {
 public:
  using Config = CorruptConfig;

  static const Params<Config>& params() {
    static const auto params =
        Params<Config>()
            .optional("rate", &Config::rate,
                      "The share of bytes that is changed, drawn for each byte.")
            .optional("offset", &Config::offset,
                      "Instead of `rate`: the position of the first byte to change, counted from 0 "
                      "when the fault, or an edit of it, reaches the connection.")
            .optional("length", &Config::length, "How many bytes are changed at `offset`.",
                      at_least(ByteSize{1}))
            .optional("how", &Config::how,
                      "flip inverts one bit of a byte; overwrite puts another byte in its place.")
            .optional("value", &Config::value,
                      "The byte to overwrite with; any other than the right one by default.",
                      between<std::optional<int>>(0, 255))
            .check("rate",
                   [](const Config& config) {
                     return config.rate.has_value() == config.offset.has_value()
                                ? "must be given, or offset instead of it"
                                : "";
                   })
            .check("value", [](const Config& config) {
              return config.value && config.how == Change::flip ? "needs how: overwrite" : "";
            });
    return params;
  }

  explicit TcpCorrupt(Config config) : config_(config) {}

  std::unique_ptr<LinkStage> make_stage(const StageStart& start) const override {
    return std::make_unique<Corrupt>(config_, start.rng);
  }

 private:
  Config config_;
};

}  // namespace

extern constinit const FaultType kTcpCorrupt = fault_type<TcpCorrupt>({
    .name = "tcp.corrupt",
    .family = Family::tcp,
    .summary = "Changes bytes, at a rate or at a place; their number stays the same.",
    .reaches_upstream = "Yes, with wrong bytes when the direction is request or both.",
    .client_sees = "Every byte in its place and time, some of them wrong.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
