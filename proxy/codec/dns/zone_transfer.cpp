#include "proxy/codec/dns/zone_transfer.h"

#include "proxy/codec/dns/message.h"

#include <optional>

namespace firedrill::dns {
namespace {

constexpr std::uint16_t kTypeIxfr = 251;
constexpr std::uint16_t kTypeAxfr = 252;

// A SOA's serial number, behind the names of its server and its keeper.
std::optional<std::uint32_t> serial_at(ByteView message, std::size_t data) {
  const auto server = end_of_name(message, data);
  const auto keeper = server ? end_of_name(message, *server) : std::nullopt;
  if (!keeper || *keeper + sizeof(std::uint32_t) > message.size()) return std::nullopt;
  return read_u32(message, *keeper);
}

// Where the answers begin; nothing when the message can't be read so far.
std::optional<std::size_t> answers_of(ByteView message) {
  const Header header(message);
  if (header.questions() == 0) return kHeaderSize;
  const auto name = end_of_name(message, kHeaderSize);
  if (header.questions() > 1 || !name) return std::nullopt;
  return *name + kQuestionTail;
}

}  // namespace

bool ZoneTransfer::is_asked_for(std::uint16_t question_type) {
  return question_type == kTypeAxfr || question_type == kTypeIxfr;
}

ZoneTransfer::More ZoneTransfer::take(ByteView message) {
  const auto answers = answers_of(message);
  if (!answers || Header(message).rcode() != Rcode::no_error) return More::no;
  std::size_t at = *answers;
  for (unsigned left = Header(message).answers(); left > 0; --left) {
    const auto record = record_at(message, at);
    if (!record || !take_record(message, record->fixed, record->data)) return More::no;
    at = record->end;
  }
  // A lone SOA says that nothing has changed; a whole zone may come a record at a time.
  const bool begun = records_ > 1 || (records_ == 1 && question_type_ == kTypeAxfr);
  return begun && awaited_ > 0 ? More::yes : More::no;
}

// False when the message is no part of a transfer.
bool ZoneTransfer::take_record(ByteView message, std::size_t fixed, std::size_t data) {
  const bool soa = read_u16(message, fixed) == kTypeSoa;
  const auto serial = soa ? serial_at(message, data) : std::nullopt;
  const std::uint64_t place = records_++;
  if (place == 0) {
    serial_ = serial.value_or(0);
    return serial.has_value();
  }
  if (!soa) return true;
  if (!serial) return false;
  if (*serial == serial_ && awaited_ > 0) --awaited_;
  if (place == 1 && *serial != serial_) awaited_ = 2;  // the version that has been changed
  return true;
}

bool ZoneTransfer::continues(ByteView message) const {
  if (records_ == 0 || message.size() < kHeaderSize) return false;
  const Header header(message);
  return header.response() && header.questions() == 0;
}

}  // namespace firedrill::dns
