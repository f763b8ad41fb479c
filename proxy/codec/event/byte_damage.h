#pragma once

#include "proxy/codec/event/corruption.h"

// Damage to payloads whatever they are.
namespace firedrill::event {

// The first `size` bytes, or with none the `share` of all; nothing when that leaves all of it.
std::optional<std::string> front_of(std::string_view payload, std::size_t size, double share);

// Grown to `size` bytes: inside the first JSON string where there is one, so that it stays JSON.
std::optional<std::string> pad(std::string_view payload, std::size_t size, char fill);

// With `bytes` put in just before the closing quote of the first JSON string, where no escape can
// be torn; a key serves when no value is a string, and the end when there is no JSON string at all.
std::string embed(std::string_view payload, std::string_view bytes);

std::optional<std::string> flip_bits(std::string_view payload, std::size_t count, Rng& rng);
std::optional<std::string> randomize(std::string_view payload, std::size_t count, Rng& rng);
std::string random_bytes(std::size_t count, Rng& rng);

std::string_view bytes_of(BadUtf8 bad_utf8);

}  // namespace firedrill::event
