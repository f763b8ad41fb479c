#include "proxy/codec/dns/editable_reply.h"

#include "proxy/codec/dns/message.h"
#include "proxy/codec/dns/record_data.h"
#include "proxy/codec/dns/records.h"

#include <algorithm>
#include <utility>

namespace firedrill::dns {
namespace {

constexpr std::uint16_t kPointerBits = 0xc000;
constexpr std::uint32_t kExtendedRcode = 0xff00'0000;  // where OPT keeps it in its TTL

void append(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// The owner, its end replaced by a pointer into the question where that spells the same, case and
// all.
void append_owner(Bytes& message, ByteView owner, ByteView question_name) {
  for (std::size_t at = 0; owner[at] != std::byte{0};) {
    const ByteView rest = owner.subspan(at);
    for (std::size_t in = 0; in < question_name.size() && question_name[in] != std::byte{0};) {
      if (std::ranges::equal(rest, question_name.subspan(in))) {
        append(message, owner.first(at));
        return append_u16(message, kPointerBits | (kHeaderSize + in));
      }
      in += 1 + std::to_integer<std::size_t>(question_name[in]);
    }
    at += 1 + std::to_integer<std::size_t>(owner[at]);
  }
  append(message, owner);
}

void append_record(Bytes& message, const EditableRecord& record, ByteView question_name) {
  append_owner(message, record.owner, question_name);
  append_u16(message, record.type);
  append_u16(message, record.record_class);
  append_u32(message, record.ttl);
  append_u16(message, record.data.size());
  append(message, record.data);
}

}  // namespace

EditableRecord editable(const Record& record, ByteView name) {
  const std::size_t pointer = 2;
  const std::size_t owner_size =
      record.at_question ? pointer : end_of_name(record.wire, 0).value_or(1);
  const ByteView owner = record.at_question ? name : ByteView(record.wire).first(owner_size);
  const ByteView rest = ByteView(record.wire).subspan(owner_size);
  constexpr std::size_t kFixed = 10;
  return {.owner = Bytes(owner.begin(), owner.end()),
          .type = record.type,
          .record_class = read_u16(rest, 2),
          .ttl = record.ttl,
          .data = Bytes(rest.begin() + kFixed, rest.end())};
}

std::optional<Question> question_of(const EditableReply& reply) {
  const ByteView bytes = reply.question();
  if (bytes.empty()) return std::nullopt;
  Question question;
  question.bytes = bytes;
  question.name = reply.question_name();
  question.qtype = read_u16(bytes, question.name.size());
  question.qclass = read_u16(bytes, question.name.size() + 2);
  question.folded.fold(question.name);
  return question;
}

std::optional<EditableReply> EditableReply::parse(ByteView message) {
  if (message.size() < kHeaderSize || message.size() > kMaxMessage) return std::nullopt;
  EditableReply reply;
  reply.original_.assign(message.begin(), message.end());
  reply.flags_ = Header(message).flags();
  if (!reply.read_question() || !reply.read_records()) return std::nullopt;
  return reply;
}

bool EditableReply::read_question() {
  const std::uint16_t questions = Header(original_).questions();
  if (questions == 0) return true;
  // A name at this place has nothing before it that it could point to.
  const auto end = end_of_name(original_, kHeaderSize);
  if (questions > 1 || !end || *end + kQuestionTail > original_.size()) return false;
  question_size_ = *end + kQuestionTail - kHeaderSize;
  return true;
}

bool EditableReply::read_records() {
  const Header header(original_);
  const std::array<std::size_t, 3> counts{header.answers(), header.authorities(),
                                          header.additionals()};
  std::size_t at = kHeaderSize + question_size_;
  for (std::size_t section = 0; section < counts.size(); ++section) {
    for (std::size_t i = 0; i < counts[section]; ++i) {
      const auto place = record_at(original_, at);
      auto record = read_record(at);
      if (!place || !record) return false;
      sections_[section].push_back(std::move(*record));
      ttl_places_.push_back(place->fixed + 4);
      at = place->end;
    }
  }
  return true;
}

std::optional<EditableRecord> EditableReply::read_record(std::size_t at) {
  const auto place = record_at(original_, at);
  if (!place) return std::nullopt;
  const std::uint16_t type = read_u16(original_, place->fixed);
  auto owner = expand_name(original_, at);
  auto data = expand_data(original_, type, *place);
  if (!owner || !data) return std::nullopt;
  return EditableRecord{.owner = std::move(*owner),
                        .type = type,
                        .record_class = read_u16(original_, place->fixed + 2),
                        .ttl = read_u32(original_, place->fixed + 4),
                        .data = std::move(*data)};
}

ByteView EditableReply::question_name() const {
  return question_size_ == 0 ? ByteView() : question().first(question_size_ - kQuestionTail);
}

const EditableRecord* EditableReply::opt() const {
  const auto& additional = records(Section::additional);
  const auto found = std::ranges::find(additional, kTypeOpt, &EditableRecord::type);
  return found != additional.end() ? &*found : nullptr;
}

Rcode EditableReply::rcode() const {
  const EditableRecord* record = opt();
  const std::uint32_t upper = record != nullptr ? (record->ttl & kExtendedRcode) >> 20 : 0;
  return static_cast<Rcode>(upper | (flags_ & flag::kRcode));
}

void EditableReply::set_rcode(Rcode rcode) {
  const bool wide = static_cast<unsigned>(rcode) > flag::kRcode;
  const Rcode sent = wide && opt() == nullptr ? Rcode::server_failure : rcode;
  const auto code = static_cast<std::uint32_t>(sent);
  constexpr std::uint16_t kOthers = 0xfff0;
  flags_ = static_cast<std::uint16_t>((flags_ & kOthers) | (code & flag::kRcode));
  for (EditableRecord& record : sections_[static_cast<std::size_t>(Section::additional)]) {
    if (record.type != kTypeOpt) continue;
    record.ttl = (record.ttl & ~kExtendedRcode) | (code >> 4 << 24);
    return;
  }
}

std::vector<EditableRecord>& EditableReply::change(Section section) {
  rebuild_ = true;
  return sections_[static_cast<std::size_t>(section)];
}

void EditableReply::replace(Section section, std::vector<EditableRecord> records) {
  std::vector<EditableRecord>& present = change(section);
  std::erase_if(present, [](const EditableRecord& record) { return record.about_name(); });
  present.insert(present.begin(), std::make_move_iterator(records.begin()),
                 std::make_move_iterator(records.end()));
}

void EditableReply::clear() {
  for (const Section section : {Section::answer, Section::authority, Section::additional}) {
    replace(section, {});
  }
}

std::size_t EditableReply::count_addresses() const {
  return static_cast<std::size_t>(std::ranges::count_if(answers(), &EditableRecord::is_address));
}

bool EditableReply::tells_of_names() const {
  return std::ranges::any_of(sections_, [](const auto& section) {
    return std::ranges::any_of(section, &EditableRecord::about_name);
  });
}

std::uint32_t EditableReply::longest_ttl() const {
  std::uint32_t longest = 0;
  for (const auto& section : sections_) {
    for (const EditableRecord& record : section) {
      if (record.about_name()) longest = std::max(longest, record.ttl);
    }
  }
  return longest;
}

Bytes EditableReply::patched() const {
  Bytes message = original_;
  write_u16(message, 2, flags_);
  auto place = ttl_places_.begin();
  for (const auto& section : sections_) {
    for (const EditableRecord& record : section) write_u32(message, *place++, record.ttl);
  }
  return message;
}

// A hostile name may point into a TTL, so that another TTL makes another name.
bool EditableReply::means_the_same(ByteView message) const {
  const auto reread = parse(message);
  return reread && reread->sections_ == sections_;
}

std::optional<Bytes> EditableReply::rebuilt(std::size_t limit) const {
  Bytes message(original_.begin(),
                original_.begin() + static_cast<std::ptrdiff_t>(kHeaderSize + question_size_));
  write_u16(message, 2, flags_);
  std::size_t count_at = 6;
  for (const auto& section : sections_) {
    write_u16(message, count_at, static_cast<std::uint16_t>(section.size()));
    count_at += 2;
    for (const EditableRecord& record : section) {
      append_record(message, record, question_name());
      if (message.size() > limit) return std::nullopt;
    }
  }
  return message;
}

Bytes EditableReply::write(std::size_t limit) const {
  if (!rebuild_ && original_.size() <= limit) {
    Bytes message = patched();
    if (means_the_same(message)) return message;
  }
  if (auto message = rebuilt(std::min(limit, kMaxMessage))) return std::move(*message);
  EditableReply truncated = *this;
  truncated.clear();
  truncated.flags_ |= flag::kTruncated;
  if (auto message = truncated.rebuilt(kMaxMessage)) return std::move(*message);
  truncated.sections_ = {};  // only a hostile upstream's OPT is as long as that
  return truncated.rebuilt(kMaxMessage).value();
}

}  // namespace firedrill::dns
