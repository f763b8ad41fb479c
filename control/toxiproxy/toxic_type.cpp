#include "control/toxiproxy/toxic_type.h"

#include "proxy/core/distribution.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// Beyond these nobody can tell the difference, and sums do not overflow.
constexpr std::int64_t kLongest = 315'360'000'000;    // milliseconds: ten years
constexpr std::int64_t kLargest = 1'000'000'000'000;  // bytes, and KB a second

constexpr std::array kLatency{Attribute{"latency"}, Attribute{"jitter"}};
constexpr std::array kRate{Attribute{"rate"}};
constexpr std::array kDelay{Attribute{"delay"}};
constexpr std::array kTimeout{Attribute{"timeout"}};
constexpr std::array kSlicer{Attribute{"average_size"}, Attribute{"size_variation"},
                             Attribute{"delay"}};
constexpr std::array kBytes{Attribute{"bytes"}};
constexpr std::array kLoss{Attribute{"loss_rate", Attribute::Kind::real},
                           Attribute{"correlation", Attribute::Kind::real}};

std::int64_t integer(const Numbers& numbers, std::size_t index) {
  return std::get<std::int64_t>(numbers[index]);
}
// The attribute, kept between 0 and `most`.
std::int64_t size(const Numbers& numbers, std::size_t index, std::int64_t most) {
  return std::clamp(integer(numbers, index), std::int64_t{0}, most);
}

Value map_of(std::initializer_list<std::pair<std::string_view, std::string>> entries) {
  Value::Map map;
  for (const auto& [key, text] : entries) map.push_back({std::string(key), Value::string(text)});
  return Value(std::move(map));
}

std::string duration(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + std::string(unit);
}

Value single(std::string_view key, Value value) {
  Value::Map map;
  map.push_back({std::string(key), std::move(value)});
  return Value(std::move(map));
}

// Uniform between latency - jitter and latency + jitter; what would be negative is zero, so that
// there is a heap at zero when the jitter is greater than the latency.
Value latency_with(const Numbers& numbers) {
  const std::int64_t latency = std::clamp(integer(numbers, 0), -kLongest, kLongest);
  const std::int64_t jitter = size(numbers, 1, kLongest);
  const std::int64_t low = latency - jitter;
  const std::int64_t high = std::max<std::int64_t>(latency + jitter, 0);
  const std::string last = duration(high, "ms");
  if (jitter == 0 || high == 0) return map_of({{"delay", last}});
  if (low >= 0) {
    Value::List ends{Value::string(duration(low, "ms")), Value::string(last)};
    return single("delay", single("uniform", Value(std::move(ends))));
  }
  constexpr double kMost = 99.9999;
  const double heap =
      std::min(kMost, 100.0 * static_cast<double>(-low) / static_cast<double>(2 * jitter));
  Value points = map_of({{"p" + std::to_string(heap), "0ms"}, {"p100", last}});
  return single("delay", single("percentiles", std::move(points)));
}

Value bandwidth_with(const Numbers& numbers) {
  return map_of({{"rate", std::to_string(size(numbers, 0, kLargest)) + "KB/s"}});
}

Value slow_close_with(const Numbers& numbers) {
  return map_of({{"delay", duration(size(numbers, 0, kLongest), "ms")}});
}

Value timeout_with(const Numbers& numbers) {
  return map_of({{"after", duration(size(numbers, 0, kLongest), "ms")}});
}

Value reset_with(const Numbers& numbers) {
  return map_of({{"after", duration(size(numbers, 0, kLongest), "ms")}, {"from", "data"}});
}

// Without an average size nothing is cut.
Value slicer_with(const Numbers& numbers) {
  const std::int64_t average = size(numbers, 0, kLargest);
  const std::int64_t piece = average > 0 ? average : kLargest;
  const std::int64_t variation = std::min(size(numbers, 1, kLargest), piece - 1);
  return map_of({{"size", std::to_string(piece)},
                 {"variation", std::to_string(variation)},
                 {"delay", duration(size(numbers, 2, kLongest), "us")}});
}

Value limit_with(const Numbers& numbers) {
  return map_of({{"bytes", std::to_string(size(numbers, 0, kLargest))}});
}

Value noop_with(const Numbers&) {
  return map_of({{"delay", "0ms"}});
}

// A packet is lost with the loss rate, and with the correlation more when the one before it was:
// of the two states of the model, one is that the packet is lost.
Value loss_with(const Numbers& numbers) {
  const double rate = std::clamp(std::get<double>(numbers[0]), 0.0, 1.0);
  const double again = std::clamp(rate + std::get<double>(numbers[1]), 0.0, 1.0);
  if (rate == again) return map_of({{"rate", format(Fraction{rate})}});
  return map_of({{"model", "gilbert_elliott"},
                 {"rate", "100%"},
                 {"enter", format(Fraction{rate})},
                 {"leave", format(Fraction{1 - again})}});
}

// The value under `key`; nothing when it is absent, no T, or not alone.
template <class T>
std::optional<T> only(const Value& with, std::string_view key) {
  const Value* value = with.find(key);
  if (value == nullptr || with.map()->size() != 1) return std::nullopt;
  Problems problems;
  return Kind<T>::read(*value, "", problems);
}

std::int64_t in_milliseconds(Duration duration) {
  return duration_cast<milliseconds>(duration).count();
}

std::optional<Numbers> latency_of(const Value& with) {
  const auto delay = only<Distribution>(with, "delay");
  if (!delay) return std::nullopt;
  const bool bounded = delay->low() != Duration::zero() || delay->high() != Duration::max();
  if (const auto* fixed = std::get_if<Distribution::Fixed>(&delay->shape()); fixed && !bounded) {
    return Numbers{in_milliseconds(fixed->value), std::int64_t{0}};
  }
  const auto* uniform = std::get_if<Distribution::Uniform>(&delay->shape());
  if (uniform == nullptr || bounded) return std::nullopt;
  const Duration half = (uniform->high - uniform->low) / 2;
  return Numbers{in_milliseconds(uniform->low + half), in_milliseconds(half)};
}

std::optional<Numbers> bandwidth_of(const Value& with) {
  const auto rate = only<Rate>(with, "rate");
  if (!rate) return std::nullopt;
  return Numbers{static_cast<std::int64_t>(rate->bytes_per_second / 1000)};
}

std::optional<Numbers> slow_close_of(const Value& with) {
  const auto delay = only<Distribution>(with, "delay");
  const auto* fixed = delay ? std::get_if<Distribution::Fixed>(&delay->shape()) : nullptr;
  if (fixed == nullptr) return std::nullopt;
  return Numbers{in_milliseconds(fixed->value)};
}

std::optional<Numbers> timeout_of(const Value& with) {
  const bool never = with.map() == nullptr || with.map()->empty();
  if (never) return Numbers{std::int64_t{0}};
  const auto after = only<Duration>(with, "after");
  if (!after) return std::nullopt;
  return Numbers{in_milliseconds(*after)};
}

std::optional<Numbers> limit_of(const Value& with) {
  const auto bytes = only<ByteSize>(with, "bytes");
  if (!bytes) return std::nullopt;
  return Numbers{static_cast<std::int64_t>(bytes->bytes)};
}

std::optional<Numbers> slicer_of(const Value& with) {
  const auto bytes = only<ByteSize>(with, "size");
  if (!bytes) return std::nullopt;
  return Numbers{static_cast<std::int64_t>(bytes->bytes), std::int64_t{0}, std::int64_t{0}};
}

std::optional<Numbers> loss_of(const Value& with) {
  const auto rate = only<Fraction>(with, "rate");
  if (!rate) return std::nullopt;
  return Numbers{rate->value, 0.0};
}

// A reset from the first data on, after a time: what else it can do no toxic does.
std::optional<Numbers> reset_of(const Value& with) {
  const Value* from = with.find("from");
  const Value* after = with.find("after");
  if (from == nullptr || from->text() == nullptr || from->text()->text != "data")
    return std::nullopt;
  if (after == nullptr) return Numbers{std::int64_t{0}};
  Problems problems;
  const auto time = Kind<Duration>::read(*after, "", problems);
  if (!time) return std::nullopt;
  return Numbers{in_milliseconds(*time)};
}

std::optional<Numbers> nothing_of(const Value&) {
  return std::nullopt;
}

// Of two toxics that are the same fault, the first is what such a fault is shown as.
constexpr std::array kTypes{
    ToxicType{"latency", "LatencyToxic", kLatency, "tcp.latency", latency_with, latency_of},
    ToxicType{"bandwidth", "BandwidthToxic", kRate, "tcp.bandwidth", bandwidth_with, bandwidth_of},
    ToxicType{"slow_close", "SlowCloseToxic", kDelay, "tcp.slow_close", slow_close_with,
              slow_close_of},
    ToxicType{"timeout", "TimeoutToxic", kTimeout, "tcp.timeout", timeout_with, timeout_of},
    ToxicType{"reset_peer", "ResetToxic", kTimeout, "tcp.reset", reset_with, reset_of},
    ToxicType{"slicer", "SlicerToxic", kSlicer, "tcp.slice", slicer_with, slicer_of},
    ToxicType{"limit_data", "LimitDataToxic", kBytes, "tcp.limit", limit_with, limit_of},
    ToxicType{"noop", "NoopToxic", {}, "tcp.latency", noop_with, nothing_of},
    ToxicType{"packet_loss", "PacketLossToxic", kLoss, "tcp.loss", loss_with, loss_of},
};

}  // namespace

const ToxicType* find_toxic_type(std::string_view name) {
  const auto found = std::ranges::find(kTypes, name, &ToxicType::name);
  return found != kTypes.end() ? &*found : nullptr;
}

const ToxicType* find_toxic_type_of_fault(std::string_view fault) {
  const auto found = std::ranges::find(kTypes, fault, &ToxicType::fault);
  return found != kTypes.end() ? &*found : nullptr;
}

}  // namespace firedrill::toxiproxy
