#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/records.h"
#include "proxy/fault/answer_turns.h"
#include "proxy/fault/frozen_answers.h"
#include "tests/codec/dns_bytes.h"
#include "tests/fault/support.h"

#include <array>
#include <string>
#include <vector>

namespace firedrill::test {

using Section = dns::EditableReply::Section;

// The reply to a query for `wWw.eXample` of this type, with these records in its answer section.
inline Bytes reply_with(const std::vector<std::string>& records, std::uint16_t qtype = 1) {
  Bytes message = dns::testing::www_query();
  dns::write_u16(message, message.size() - 4, qtype);
  dns::write_u16(message, 2, 0x8180);
  dns::EditableReply reply = dns::EditableReply::parse(message).value();
  std::vector<dns::EditableRecord> answers;
  for (const std::string& text : records) {
    answers.push_back(dns::editable(dns::parse_record(text, 60).value(), reply.question_name()));
  }
  reply.replace(Section::answer, std::move(answers));
  return reply.write(dns::kMaxMessage);
}

// One fault, asked about replies.
class ReplyFaultAsked {
 public:
  ReplyFaultAsked(std::string_view type, std::string_view with) : spec_(compile(type, with).spec) {}

  // What the client would get for `message`.
  struct Seen {
    Applied applied;
    ReplyVerdict verdict;
    Bytes message;
  };
  Seen ask(const Bytes& message, std::uint64_t client = 1,
           dns::Transport transport = dns::Transport::udp) {
    const auto reply = dns::EditableReply::parse(message).value();
    const auto question = dns::question_of(reply).value();
    Seen seen{};
    Rng rng = rng_.split(++asked_);
    seen.applied = spec_->on_reply({.question = question,
                                    .reply = &reply,
                                    .transport = transport,
                                    .direction = Direction::response,
                                    .of_client = Rng(client),
                                    .answers = &answers_,
                                    .turns = &turns_},
                                   seen.verdict, rng);
    dns::EditableReply edited = reply;
    if (seen.verdict.edit) seen.verdict.edit(edited);
    seen.message = edited.write(dns::kMaxMessage);
    if (seen.verdict.damage) seen.verdict.damage(seen.message);
    return seen;
  }

 private:
  FaultSpecPtr spec_;
  FrozenAnswers answers_;
  AnswerTurns turns_;
  Rng rng_{1};
  std::uint64_t asked_ = 0;
};

// The addresses of the answer section by their last byte, with 0 for any other record.
inline std::vector<unsigned> hosts(ByteView message) {
  const auto reply = dns::EditableReply::parse(message).value();
  std::vector<unsigned> found;
  for (const dns::EditableRecord& record : reply.answers()) {
    found.push_back(record.is_address() ? std::to_integer<unsigned>(record.data.back()) : 0);
  }
  return found;
}

}  // namespace firedrill::test
