// A reply off the wire: walks stay inside of it, an edit that fails changes nothing, one that
// succeeds leaves the header alone and has nothing left to do.

#include "proxy/codec/dns/edit.h"
#include "proxy/codec/dns/message.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message = std::as_bytes(std::span(data, size));
  check_names(message);

  constexpr std::uint32_t kTtl = 0x01020304;
  Bytes edited(message.begin(), message.end());
  if (!edit_ttls(edited, TtlEdit::set, kTtl)) {
    require(std::ranges::equal(edited, message));
    return 0;
  }
  require(std::ranges::equal(ByteView(edited).first(kHeaderSize), message.first(kHeaderSize)));
  Bytes again = edited;
  if (edit_ttls(again, TtlEdit::at_most, kTtl)) require(again == edited);

  const Header header(message);
  if (header.questions() != 1) return 0;
  const auto name_end = end_of_name(message, kHeaderSize);
  const ByteView question = message.subspan(kHeaderSize, *name_end + 4 - kHeaderSize);
  require(is_reply_to(message, question) == header.response());
  return 0;
}
