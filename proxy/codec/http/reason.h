#pragma once

#include <cstdint>
#include <string_view>

namespace firedrill::http {

// Why a message was refused. `none` means that it was not.
enum class Reason : std::uint8_t {
  none,
  bad_method,
  method_too_long,
  method_not_allowed,
  bad_target,
  bad_version,
  unsupported_version,
  request_line_too_long,
  bad_status_line,
  bare_cr,
  bare_lf,
  control_character,
  folded_field,
  bad_field_name,
  framing_look_alike,
  head_too_large,
  too_many_fields,
  missing_host,
  duplicate_host,
  bad_host,
  host_mismatch,
  bad_content_length,
  duplicate_content_length,
  bad_transfer_encoding,
  conflicting_lengths,
  bad_chunk_size,
  bad_chunk_extension,
  chunk_line_too_long,
  bad_chunk_end,
  forbidden_trailer,
  trailers_too_large,
};

inline constexpr int kReasonCount = static_cast<int>(Reason::trailers_too_large) + 1;

// The status with which a request is refused: 400, 405, 414, 431, 501 or 505. A bad response has
// none of its own: the client is told 502.
int status_of(Reason reason);

// A short constant text for logs and the label of a counter, such as "bare_cr".
std::string_view text_of(Reason reason);

// What came of looking at bytes that may be a part of a message.
struct Scan {
  enum class State : std::uint8_t { incomplete, complete, refused };

  State state = State::incomplete;
  Reason reason = Reason::none;

  constexpr bool complete() const { return state == State::complete; }
  constexpr bool incomplete() const { return state == State::incomplete; }
  constexpr bool refused() const { return state == State::refused; }
  bool operator==(const Scan&) const = default;
};

inline constexpr Scan kIncomplete{.state = Scan::State::incomplete};
inline constexpr Scan kComplete{.state = Scan::State::complete};
constexpr Scan refuse(Reason reason) {
  return {.state = Scan::State::refused, .reason = reason};
}

}  // namespace firedrill::http
