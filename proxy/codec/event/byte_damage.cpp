#include "proxy/codec/event/byte_damage.h"

#include "proxy/codec/json/splice.h"
#include "proxy/codec/json/survey.h"

#include <algorithm>

namespace firedrill::event {
namespace {

std::size_t below(std::size_t bound, Rng& rng) {
  return static_cast<std::size_t>(
      rng.between(std::int64_t{0}, static_cast<std::int64_t>(bound) - 1));
}

char random_byte(Rng& rng) {
  return static_cast<char>(below(256, rng));
}

}  // namespace

std::optional<std::string> front_of(std::string_view payload, std::size_t size, double share) {
  const auto part = static_cast<std::size_t>(static_cast<double>(payload.size()) * share);
  const std::size_t kept = size > 0 ? size : part;
  if (kept >= payload.size()) return std::nullopt;
  return std::string(payload.substr(0, kept));
}

std::optional<std::string> pad(std::string_view payload, std::size_t size, char fill) {
  if (payload.size() >= size) return std::nullopt;
  return embed(payload, std::string(size - payload.size(), fill));
}

std::string embed(std::string_view payload, std::string_view bytes) {
  const auto found = json::survey(payload);
  const auto string = found && found->string ? found->string : found ? found->key : std::nullopt;
  return json::insert(payload, string ? string->begin + string->size - 1 : payload.size(), bytes);
}

// Bits of different bytes as long as there are enough, so that no flip undoes another.
std::optional<std::string> flip_bits(std::string_view payload, std::size_t count, Rng& rng) {
  if (payload.empty()) return std::nullopt;
  std::string damaged(payload);
  const std::size_t start = below(payload.size(), rng);
  for (std::size_t i = 0; i < std::min(count, payload.size()); ++i) {
    char& byte = damaged[(start + i * payload.size() / count) % payload.size()];
    byte = static_cast<char>(byte ^ (1 << below(8, rng)));
  }
  return damaged;
}

std::optional<std::string> randomize(std::string_view payload, std::size_t count, Rng& rng) {
  if (payload.empty()) return std::nullopt;
  std::string damaged(payload);
  for (std::size_t i = 0; i < std::min(count, payload.size()); ++i) {
    damaged[below(payload.size(), rng)] = random_byte(rng);
  }
  return damaged;
}

std::string random_bytes(std::size_t count, Rng& rng) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += random_byte(rng);
  return bytes;
}

std::string_view bytes_of(BadUtf8 bad_utf8) {
  switch (bad_utf8) {
    case BadUtf8::lone_continuation:
      return "\x80";
    case BadUtf8::overlong:
      return "\xc0\xaf";  // '/' in two bytes
    case BadUtf8::surrogate:
      return "\xed\xa0\x80";  // U+D800
    case BadUtf8::truncated_seq:
      return "\xe2\x82";  // U+20AC without its last byte
  }
  return {};
}

}  // namespace firedrill::event
