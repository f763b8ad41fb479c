// A reply off the wire: walks stay inside of it, and it is the reply to the question that it
// repeats.

#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/zone_transfer.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace firedrill;
using namespace firedrill::dns;

void require(bool holds) {
  if (!holds) std::abort();
}

// Names at every offset end inside of the message.
void check_names(ByteView message) {
  for (std::size_t at = 0; at < std::min<std::size_t>(message.size(), 512); ++at) {
    const auto end = end_of_name(message, at);
    require(!end || (*end > at && *end <= message.size()));
    const auto record = record_at(message, at);
    require(!record || (record->data <= record->end && record->end <= message.size()));
  }
}

// A transfer goes on only after an answer, whatever else the message holds.
void check_transfer(ByteView message) {
  for (const std::uint16_t type : {std::uint16_t{251}, std::uint16_t{252}}) {
    ZoneTransfer transfer(type);
    const auto more = transfer.take(message);
    require(more == ZoneTransfer::More::no || Header(message).answers() > 0);
    static_cast<void>(transfer.take(message));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message = std::as_bytes(std::span(data, size));
  check_names(message);

  if (message.size() < kHeaderSize) return 0;
  check_transfer(message);
  const Header header(message);
  if (header.questions() != 1) return 0;
  const auto name_end = end_of_name(message, kHeaderSize);
  if (!name_end || *name_end + kQuestionTail > message.size()) return 0;
  const ByteView question = message.subspan(kHeaderSize, *name_end + kQuestionTail - kHeaderSize);
  require(is_reply_to(message, question) == header.response());
  return 0;
}
