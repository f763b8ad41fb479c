#include "proxy/codec/event/corruption.h"

#include "proxy/codec/event/byte_damage.h"
#include "proxy/codec/event/encoding.h"
#include "proxy/codec/event/json_damage.h"
#include "proxy/codec/event/time_skew.h"

namespace firedrill::event {

std::optional<std::string> corrupt(std::string_view payload, const Corruption& corruption,
                                   Rng& rng) {
  const auto& pointer = corruption.pointer;
  switch (corruption.damage) {
    case Damage::json_truncate:
      return truncate_json(payload, rng);
    case Damage::json_unbalanced:
      return unbalance(payload, rng);
    case Damage::json_trailing:
      return trail(payload);
    case Damage::json_nan:
      return set_number(payload, pointer, "NaN");
    case Damage::json_duplicate_key:
      return duplicate_key(payload);
    case Damage::json_deep:
      return wrap(payload, corruption.count);
    case Damage::type_change:
      return change_type(payload, pointer, rng);
    case Damage::field_drop:
      return drop_field(payload, pointer.value_or(json::Pointer()));
    case Damage::field_rename:
      return rename_field(payload, pointer.value_or(json::Pointer()), corruption.text);
    case Damage::field_set:
      return set_field(payload, pointer.value_or(json::Pointer()), corruption.text);
    case Damage::field_unknown:
      return add_field(payload, pointer, rng);
    case Damage::number_range:
      return set_number(payload, pointer, text_of(corruption.bad_number));
    case Damage::enum_unknown:
      return set_unknown_word(payload, pointer, rng);
    case Damage::time_skew:
      return skew_time(payload, pointer.value_or(json::Pointer()), corruption.skew);
    case Damage::truncate:
      return front_of(payload, corruption.size, corruption.share);
    case Damage::empty:
      return std::string();
    case Damage::oversize:
      return pad(payload, corruption.size, corruption.fill);
    case Damage::utf8:
      return embed(payload, bytes_of(corruption.bad_utf8));
    case Damage::bom:
      return std::string("\xef\xbb\xbf").append(payload);
    case Damage::nul:
      return embed(payload, std::string_view("\0", 1));
    case Damage::control_chars:
      return embed(payload, "\x01\x1b\x7f");
    case Damage::bit_flip:
      return flip_bits(payload, corruption.count, rng);
    case Damage::random:
      return randomize(payload, corruption.count, rng);
    case Damage::append:
      return std::string(payload).append(random_bytes(corruption.count, rng));
    case Damage::encoding:
      return encode(payload, corruption.encoding);
  }
  return std::nullopt;
}

}  // namespace firedrill::event
