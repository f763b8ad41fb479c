#pragma once

#include "proxy/codec/dns/header.h"
#include "proxy/core/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace firedrill::dns {

struct Question;
struct Record;

// A record that stands for itself: no name in it points anywhere.
struct EditableRecord {
  Bytes owner;
  std::uint16_t type = 0;
  std::uint16_t record_class = kClassIn;
  std::uint32_t ttl = 0;
  Bytes data;

  // Whether it tells something of a name. OPT and TSIG are about the message instead: they stay.
  bool about_name() const { return type != kTypeOpt && type != kTypeTsig; }
  bool is_address() const { return type == kTypeA || type == kTypeAaaa; }
  bool operator==(const EditableRecord&) const = default;
};

// A record as the configuration has it, in the answer to the question for `name`.
EditableRecord editable(const Record& record, ByteView name);

// A reply taken apart, changed, and put together again. What changes only flags, response code and
// TTLs leaves every other byte as it came, whatever it is; what changes records has the message
// written anew, with owners compressed against the question's name and nothing else compressed. The
// id and the question stay as they are in any case.
class EditableReply {
 public:
  enum class Section : std::uint8_t { answer, authority, additional };

  // Nothing when it isn't a message with one question at most, and with records and names that can
  // be followed to their ends.
  static std::optional<EditableReply> parse(ByteView message);

  std::uint16_t id() const { return read_u16(original_, 0); }
  std::uint16_t flags() const { return flags_; }
  void set_flags(std::uint16_t flags) { flags_ = flags; }
  // The upper bits of a response code are in OPT; without one, a code that needs them becomes
  // SERVFAIL.
  Rcode rcode() const;
  void set_rcode(Rcode rcode);

  // Name, type and class as they came; empty without a question.
  ByteView question() const { return ByteView(original_).subspan(kHeaderSize, question_size_); }
  ByteView question_name() const;

  const std::vector<EditableRecord>& records(Section section) const {
    return sections_[static_cast<std::size_t>(section)];
  }
  const std::vector<EditableRecord>& answers() const { return records(Section::answer); }
  std::size_t count_addresses() const;  // A and AAAA among the answers
  bool tells_of_names() const;          // whether any record is about a name
  std::uint32_t longest_ttl() const;    // of these; zero without any

  // To add, remove, reorder or change records.
  std::vector<EditableRecord>& change(Section section);
  // Replaces the records of a section that are about names; OPT and TSIG stay behind them.
  void replace(Section section, std::vector<EditableRecord> records);
  // Leaves nothing in any section but what is about the message.
  void clear();

  // Every record about a name gets the TTL that `next` makes of its own.
  template <class Next>
  void change_ttls(Next next) {
    for (auto& section : sections_) {
      for (EditableRecord& record : section) {
        if (record.about_name()) record.ttl = next(record.ttl);
      }
    }
  }

  // The message; without its records, and with TC set, when it would be longer than `limit`.
  Bytes write(std::size_t limit) const;

 private:
  EditableReply() = default;

  bool read_question();
  bool read_records();
  std::optional<EditableRecord> read_record(std::size_t at);
  const EditableRecord* opt() const;
  Bytes patched() const;
  bool means_the_same(ByteView message) const;
  std::optional<Bytes> rebuilt(std::size_t limit) const;

  Bytes original_;
  std::uint16_t flags_ = 0;
  std::size_t question_size_ = 0;
  std::array<std::vector<EditableRecord>, 3> sections_;
  std::vector<std::size_t> ttl_places_;  // of all records, in the original
  bool rebuild_ = false;
};

// The question of a reply, which points into it; nothing when it has none.
std::optional<Question> question_of(const EditableReply& reply);

}  // namespace firedrill::dns
