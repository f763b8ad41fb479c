#include "proxy/fault/frozen_answers.h"

#include "proxy/codec/dns/message.h"

#include <algorithm>
#include <iterator>
#include <memory>

namespace firedrill {
namespace {

using Section = dns::EditableReply::Section;

Bytes key_of(const dns::Question& question) {
  const ByteView name = question.folded.bytes();
  Bytes key(name.begin(), name.end());
  const ByteView tail = question.bytes.last(dns::kQuestionTail);
  key.insert(key.end(), tail.begin(), tail.end());
  return key;
}

FrozenAnswer frozen(const dns::EditableReply& reply) {
  FrozenAnswer answer{.rcode = reply.rcode(), .sections = {}};
  for (std::size_t i = 0; i < answer.sections.size(); ++i) {
    std::ranges::copy_if(reply.records(static_cast<Section>(i)),
                         std::back_inserter(answer.sections[i]), &dns::EditableRecord::about_name);
  }
  return answer;
}

bool fits(const FrozenAnswer& answer) {
  std::size_t bytes = 0;
  for (const auto& section : answer.sections) {
    for (const auto& record : section) bytes += record.owner.size() + record.data.size();
  }
  return bytes <= FrozenAnswers::kMostBytes;
}

}  // namespace

FrozenAnswers::~FrozenAnswers() {
  for (auto& slot : slots_) delete slot.load(std::memory_order_acquire);
}

const FrozenAnswer* FrozenAnswers::of(const dns::Question& question,
                                      const dns::EditableReply& reply, Freeze freeze) {
  const Bytes key = key_of(question);
  std::unique_ptr<Entry> own;
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& slot = slots_[(question.folded.hash() + question.qtype + i) % kSlots];
    const Entry* found = slot.load(std::memory_order_acquire);
    if (found == nullptr) {
      if (freeze == Freeze::no) return nullptr;
      if (own == nullptr) own.reset(new Entry{.question = key, .answer = frozen(reply)});
      if (!fits(own->answer)) return nullptr;
      // Another worker may have been quicker, and then its answer counts.
      if (slot.compare_exchange_strong(found, own.get(), std::memory_order_acq_rel)) {
        return &own.release()->answer;
      }
    }
    if (found->question == key) return &found->answer;
  }
  return nullptr;
}

}  // namespace firedrill
