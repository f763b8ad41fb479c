#include "proxy/fault/zone_records.h"

#include "proxy/codec/dns/message.h"

#include <algorithm>

namespace firedrill {
namespace {

using Section = dns::EditableReply::Section;

// The records that belong into the answer to the question.
std::vector<dns::EditableRecord> answers_to(const dns::Question& question,
                                            std::span<const dns::Record> records) {
  std::vector<dns::EditableRecord> answers;
  for (const dns::Record& record : records) {
    if (dns::answers(record, question.qtype)) {
      answers.push_back(dns::editable(record, question.name));
    }
  }
  return answers;
}

bool of_type(const dns::Question& question, std::span<const dns::Record> records) {
  return std::ranges::none_of(records, [&](const dns::Record& record) {
    const bool answers = dns::answers(record, question.qtype);
    return answers && (record.type != question.qtype || !record.at_question);
  });
}

}  // namespace

std::optional<ZoneRecords> Kind<ZoneRecords>::read(const Value& value, const std::string& path,
                                                   Problems& problems) {
  auto texts = Kind<std::vector<std::string>>::read(value, path, problems);
  if (!texts) return std::nullopt;
  if (texts->empty()) return kind::refuse(value, path, expected(), problems);
  const auto records = dns::parse_records(*texts, 0, path);
  if (records) return ZoneRecords{std::move(*texts)};
  for (Problem problem : records.error()) {
    problem.at = value.at();
    problems.push_back(std::move(problem));
  }
  return std::nullopt;
}

void put_records(dns::EditableReply& reply, const dns::Question& question,
                 std::span<const dns::Record> records) {
  auto forged = answers_to(question, records);
  const auto of_question = [&](const dns::EditableRecord& record) {
    return record.type == question.qtype;
  };
  const auto present = std::ranges::find_if(reply.answers(), of_question);
  if (present == reply.answers().end() || !of_type(question, records)) {
    reply.set_rcode(dns::Rcode::no_error);
    reply.clear();
    return reply.replace(Section::answer, std::move(forged));
  }
  const Bytes owner = present->owner;
  const auto place = present - reply.answers().begin();
  for (dns::EditableRecord& record : forged) record.owner = owner;
  auto& answers = reply.change(Section::answer);
  std::erase_if(answers, of_question);
  answers.insert(answers.begin() + place, forged.begin(), forged.end());
}

}  // namespace firedrill
