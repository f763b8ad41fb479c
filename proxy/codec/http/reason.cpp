#include "proxy/codec/http/reason.h"

#include <array>
#include <cstddef>

namespace firedrill::http {
namespace {

struct Row {
  Reason reason;
  int status;
  std::string_view text;
};

constexpr std::array<Row, kReasonCount> kTable{{
    {Reason::none, 200, "none"},
    {Reason::bad_method, 400, "bad_method"},
    {Reason::method_too_long, 501, "method_too_long"},
    {Reason::method_not_allowed, 405, "method_not_allowed"},
    {Reason::bad_target, 400, "bad_target"},
    {Reason::bad_version, 400, "bad_version"},
    {Reason::unsupported_version, 505, "unsupported_version"},
    {Reason::request_line_too_long, 414, "request_line_too_long"},
    {Reason::bad_status_line, 400, "bad_status_line"},
    {Reason::bare_cr, 400, "bare_cr"},
    {Reason::bare_lf, 400, "bare_lf"},
    {Reason::control_character, 400, "control_character"},
    {Reason::folded_field, 400, "folded_field"},
    {Reason::bad_field_name, 400, "bad_field_name"},
    {Reason::framing_look_alike, 400, "framing_look_alike"},
    {Reason::head_too_large, 431, "head_too_large"},
    {Reason::too_many_fields, 431, "too_many_fields"},
    {Reason::missing_host, 400, "missing_host"},
    {Reason::duplicate_host, 400, "duplicate_host"},
    {Reason::bad_host, 400, "bad_host"},
    {Reason::host_mismatch, 400, "host_mismatch"},
    {Reason::bad_content_length, 400, "bad_content_length"},
    {Reason::duplicate_content_length, 400, "duplicate_content_length"},
    {Reason::bad_transfer_encoding, 400, "bad_transfer_encoding"},
    {Reason::conflicting_lengths, 400, "conflicting_lengths"},
    {Reason::bad_chunk_size, 400, "bad_chunk_size"},
    {Reason::bad_chunk_extension, 400, "bad_chunk_extension"},
    {Reason::chunk_line_too_long, 400, "chunk_line_too_long"},
    {Reason::bad_chunk_end, 400, "bad_chunk_end"},
    {Reason::forbidden_trailer, 400, "forbidden_trailer"},
    {Reason::trailers_too_large, 431, "trailers_too_large"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].reason) != i) return false;
  }
  return true;
}
static_assert(in_order(), "a row of kTable is missing or out of order");

}  // namespace

int status_of(Reason reason) {
  return kTable[static_cast<std::size_t>(reason)].status;
}

std::string_view text_of(Reason reason) {
  return kTable[static_cast<std::size_t>(reason)].text;
}

}  // namespace firedrill::http
