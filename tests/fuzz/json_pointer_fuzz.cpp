// The text tools against a full parser: what the survey accepts Boost.JSON accepts, the pointer
// names the same value, and a corruption keeps its promises.

#include "proxy/codec/event/corruption.h"
#include "proxy/codec/json/condition.h"
#include "proxy/codec/json/survey.h"

#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <cstdlib>

namespace firedrill {
namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Only over ASCII, because the survey leaves it to others to judge UTF-8, and without escapes,
// because Boost refuses half of a surrogate pair. It refuses 1e999999999 too, which is JSON all the
// same.
void compare_with_parser(std::string_view pointer, std::string_view text) {
  if (!is_ascii(text) || text.find("\\u") != std::string_view::npos) return;
  boost::system::error_code ec;
  boost::json::parse_options options;
  options.max_depth = json::kMaxDepth;
  const auto value = boost::json::parse(text, ec, {}, options);
  const auto parsed = json::Pointer::parse(pointer);
  const auto found = json::survey(text, parsed ? &*parsed : nullptr);
  const bool too_great = ec == boost::json::error::exponent_overflow;
  require(found.has_value() == !ec || too_great);
  if (ec || !parsed || !is_ascii(pointer)) return;
  boost::system::error_code missing;
  const auto* expected = value.find_pointer(pointer, missing);
  require((expected != nullptr) == found->wanted.has_value());
  if (expected == nullptr) return;
  require(boost::json::parse(found->wanted->in(text), {}, options) == *expected);
}

void check_corruptions(std::string_view pointer, std::string_view text) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Rng rng(seed);
    const auto cut = event::corrupt(text, {}, rng);
    require(cut && !json::survey(*cut));
    const auto retyped = event::corrupt(
        text, {.damage = event::Damage::type_change, .pointer = json::Pointer::parse(pointer)},
        rng);
    require(!retyped || *retyped != text);
    const auto spoiled = event::corrupt(text, {.damage = event::Damage::utf8}, rng);
    require(spoiled && spoiled->size() == text.size() + 1);
    const auto unbalanced = event::corrupt(text, {.damage = event::Damage::json_unbalanced}, rng);
    require(!unbalanced || !json::survey(*unbalanced));
    for (const event::Damage damage :
         {event::Damage::field_drop, event::Damage::field_rename, event::Damage::field_set,
          event::Damage::field_unknown, event::Damage::json_duplicate_key}) {
      const event::Corruption edit{
          .damage = damage, .pointer = json::Pointer::parse(pointer), .text = "0"};
      const auto edited = event::corrupt(text, edit, rng);
      require(!edited || json::survey(*edited));
    }
  }
}

}  // namespace
}  // namespace firedrill

// A pointer, a line feed, and the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view pointer = input.substr(0, end);
  const std::string_view text = input.substr(end + 1);
  firedrill::compare_with_parser(pointer, text);
  firedrill::check_corruptions(pointer, text);
  if (const auto parsed = firedrill::json::Pointer::parse(pointer)) {
    const firedrill::json::Operand one{firedrill::json::Type::number, "1"};
    firedrill::json::holds({*parsed, firedrill::json::Predicate::greater, one}, text);
    firedrill::json::holds(
        {*parsed, firedrill::json::Predicate::equal, {firedrill::json::Type::string, "a"}}, text);
  }
  return 0;
}
