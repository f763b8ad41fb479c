// A reply taken apart and put together again, as it was and after edits: what comes out parses,
// keeps its id and question, tells the same records, and never exceeds its limit but for what can't
// be left out.

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/message.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace firedrill;
using namespace firedrill::dns;
using Section = EditableReply::Section;

constexpr std::array kSections{Section::answer, Section::authority, Section::additional};

void require(bool holds) {
  if (!holds) std::abort();
}

EditableReply reread(const EditableReply& reply, std::size_t limit) {
  const Bytes message = reply.write(limit);
  const auto again = EditableReply::parse(message);
  require(again.has_value());
  require(again->id() == reply.id());
  require(std::ranges::equal(again->question(), reply.question()));
  return *again;
}

void check_same(const EditableReply& reply, const EditableReply& again) {
  if ((again.flags() & flag::kTruncated) != 0) return;  // too long for a message
  require(again.flags() == reply.flags());
  for (const Section section : kSections) {
    require(again.records(section) == reply.records(section));
  }
}

void check_limit(const EditableReply& reply, std::size_t limit) {
  const EditableReply cut = reread(reply, limit);
  if (cut.write(kMaxMessage).size() <= limit) return;
  require(!cut.tells_of_names());
  require((cut.flags() & flag::kTruncated) != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message = std::as_bytes(std::span(data, size));
  auto reply = EditableReply::parse(message);
  if (!reply) return 0;
  require(std::ranges::equal(reply->write(message.size()), message));

  EditableReply same = *reply;
  same.change(Section::answer);
  check_same(same, reread(same, kMaxMessage));
  check_limit(same, 512);

  EditableReply timed = *reply;
  timed.change_ttls([](std::uint32_t ttl) { return ttl ^ 0xc00cc00cu; });
  timed.set_rcode(static_cast<Rcode>(size & 0xfff));
  check_same(timed, reread(timed, kMaxMessage));

  EditableReply reversed = *reply;
  std::ranges::reverse(reversed.change(Section::answer));
  check_same(reversed, reread(reversed, kMaxMessage));
  return 0;
}
