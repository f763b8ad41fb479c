#include "proxy/codec/dns/edit.h"

#include "proxy/codec/dns/message.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace firedrill::dns {
namespace {

// Calls `visit` with each record in turn; whether the walk came to its end.
template <class Visit>
bool walk_records(ByteView message, Visit visit) {
  if (message.size() < kHeaderSize) return false;
  const Header header(message);
  std::size_t at = kHeaderSize;
  for (std::size_t i = 0; i < header.questions(); ++i) {
    const auto end = end_of_name(message, at);
    if (!end || *end + kQuestionTail > message.size()) return false;
    at = *end + kQuestionTail;
  }
  const std::size_t records =
      std::size_t{header.answers()} + header.authorities() + header.additionals();
  for (std::size_t i = 0; i < records; ++i) {
    const auto record = record_at(message, at);
    if (!record) return false;
    visit(*record);
    at = record->end;
  }
  return true;
}

}  // namespace

bool edit_ttls(std::span<std::byte> reply, TtlEdit edit, std::uint32_t ttl) {
  // Found first and written then: a hostile name may point into a TTL that we are about to change.
  std::vector<std::size_t> places;
  const bool whole = walk_records(reply, [&](const RecordPlace& record) {
    const std::uint16_t type = read_u16(reply, record.fixed);
    if (type != kTypeOpt && type != kTypeTsig) places.push_back(record.fixed + 4);
  });
  if (!whole) return false;
  for (const std::size_t at : places)
    write_u32(reply, at, edit == TtlEdit::set ? ttl : std::min(ttl, read_u32(reply, at)));
  return true;
}

}  // namespace firedrill::dns
