#include "proxy/model/rule.h"

#include "proxy/core/siphash.h"
#include "proxy/model/header_value.h"

#include <array>
#include <cmath>

namespace firedrill {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

void count(std::atomic<std::uint64_t>& counter) {
  counter.fetch_add(1, kRelaxed);
}

// Whether `hash`, uniform over all 64-bit numbers, is below share * 2^64. A double less than one is
// so by at least 2^-53, so that the bound of every real part fits.
bool below(std::uint64_t hash, Fraction share) {
  if (share.value >= 1) return true;
  return hash < static_cast<std::uint64_t>(std::ldexp(share.value, 64));
}

// Takes one of the `times` that the trigger may fire; with zero there is no such limit. Workers
// that race for the last one get it once.
bool take_firing(std::atomic<std::uint64_t>& fired, std::uint64_t times) {
  std::uint64_t before = fired.load(kRelaxed);
  do {
    if (times != 0 && before >= times) return false;
  } while (!fired.compare_exchange_weak(before, before + 1, kRelaxed));
  return true;
}

// Little-endian, so that replicas on other machines hash the same bytes.
std::array<char, 8> bytes_of(std::uint64_t number) {
  std::array<char, 8> bytes;
  for (char& byte : bytes) {
    byte = static_cast<char>(number & 0xff);
    number >>= 8;
  }
  return bytes;
}

enum class Repeat : std::uint8_t { no, yes };

// Everything about the decision that does not depend on how the subject was found.
bool decide(const Rule& rule, std::string_view subject, Repeat repeat) {
  RuleState& state = *rule.state;
  count(state.matched);
  const std::uint64_t ordinal = state.ordinal.fetch_add(1, kRelaxed) + 1;
  if (repeat == Repeat::yes) {
    count(state.hit);
    return true;
  }
  if (!below(siphash(rule.seed, 0, subject), rule.share.of)) {
    count(state.skipped_share);
    return false;
  }
  if (!rule.trigger.fires(ordinal) || !take_firing(state.fired, rule.trigger.times)) {
    count(state.skipped_trigger);
    return false;
  }
  count(state.hit);
  return true;
}

}  // namespace

bool Rule::admits(std::string_view subject, TimePoint now) const {
  return now < deadline && decide(*this, subject, Repeat::no);
}

bool Rule::admits_event(std::uint64_t identity, TimePoint now, std::string_view stream) const {
  if (now >= deadline) return false;
  const bool repeats = match.sticky() && state->sticky.contains(identity);
  const auto own = bytes_of(identity);
  const std::string_view subject =
      share.by == Share::By::request ? std::string_view(own.data(), own.size()) : stream;
  if (!decide(*this, subject, repeats ? Repeat::yes : Repeat::no)) return false;
  if (match.sticky() && !repeats) state->sticky.insert(identity);
  return true;
}

void Rule::count_unfit() const {
  count(state->skipped_format);
  state->hit.fetch_sub(1, kRelaxed);
}

std::string subject_of(const Share& share, const Peer& peer, std::uint64_t request,
                       const http::RequestHead* head) {
  const std::string connection = std::to_string(peer.connection);
  switch (share.by) {
    case Share::By::connection:
      return connection;
    case Share::By::client:
      return format_ip(peer.address);
    case Share::By::header:
      if (head != nullptr) {
        const HeaderValue value(*head, share.header);
        if (const auto text = value.text()) return std::string(*text);
      }
      break;
    case Share::By::request:
      break;
  }
  return connection + "/" + std::to_string(request);
}

std::uint64_t rule_seed(std::uint64_t seed, std::string_view name) {
  return siphash(seed, 0, name);
}

}  // namespace firedrill
