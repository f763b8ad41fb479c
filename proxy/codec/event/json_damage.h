#pragma once

#include "proxy/codec/event/corruption.h"

// Damage to payloads that are JSON. Each gives nothing when there is nothing to damage. Every edit
// is a splice: what is not damaged keeps its bytes.
namespace firedrill::event {

using MaybePointer = std::optional<json::Pointer>;

// No longer JSON:
std::string truncate_json(std::string_view payload, Rng& rng);
std::optional<std::string> unbalance(std::string_view payload, Rng& rng);
std::optional<std::string> trail(std::string_view payload);

// Still JSON, and not what the consumer expects:
std::optional<std::string> duplicate_key(std::string_view payload);
std::optional<std::string> wrap(std::string_view payload, std::size_t arrays);
std::optional<std::string> change_type(std::string_view payload, const MaybePointer& pointer,
                                       Rng& rng);
std::optional<std::string> drop_field(std::string_view payload, const json::Pointer& pointer);
std::optional<std::string> rename_field(std::string_view payload, const json::Pointer& pointer,
                                        std::string_view name);
std::optional<std::string> set_field(std::string_view payload, const json::Pointer& pointer,
                                     std::string_view value);
// Into the object at the pointer, or the first.
std::optional<std::string> add_field(std::string_view payload, const MaybePointer& pointer,
                                     Rng& rng);
// The number, or the string, at the pointer, or the first.
std::optional<std::string> set_number(std::string_view payload, const MaybePointer& pointer,
                                      std::string_view number);
std::optional<std::string> set_unknown_word(std::string_view payload, const MaybePointer& pointer,
                                            Rng& rng);

std::string_view text_of(BadNumber bad_number);

}  // namespace firedrill::event
