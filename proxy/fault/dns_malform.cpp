// dns.malform: an answer that is not quite a message.

#include "proxy/codec/dns/message.h"
#include "proxy/fault/dns_reply.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace firedrill {
namespace {

enum class Malformation : std::uint8_t {
  wrong_id,
  wrong_question,
  bad_pointer,
  cut,
  trailing_garbage,
  rdlength
};

}  // namespace

template <>
struct Names<Malformation> {
  using enum Malformation;
  static constexpr std::pair<std::string_view, Malformation> kAll[] = {
      {"wrong_id", wrong_id}, {"wrong_question", wrong_question},     {"bad_pointer", bad_pointer},
      {"cut", cut},           {"trailing_garbage", trailing_garbage}, {"rdlength", rdlength}};
};
template <>
struct Kind<Malformation> : EnumKind<Malformation> {};

namespace {

constexpr std::size_t kGarbage = 24;

// The first record, wherever it is; nothing when there is none that can be found.
std::optional<dns::RecordPlace> first_record(ByteView message) {
  const dns::Header header(message);
  if (header.answers() + header.authorities() + header.additionals() == 0) return std::nullopt;
  std::size_t at = dns::kHeaderSize;
  if (header.questions() == 1) {
    const auto name = dns::end_of_name(message, at);
    if (!name) return std::nullopt;
    at = *name + dns::kQuestionTail;
  }
  return dns::record_at(message, at);
}

// Another letter, so that the name is a valid one and not the one that was asked for, in whatever
// case a client has spelt it.
void change_question(Bytes& message) {
  if (dns::Header(message).questions() == 0) return;
  const std::size_t letter = dns::kHeaderSize + 1;
  const auto label = std::to_integer<unsigned>(message[dns::kHeaderSize]);
  if (label == 0) {
    message[letter] ^= std::byte{1};  // the root: another type
    return;
  }
  const bool is_x = message[letter] == std::byte{'x'} || message[letter] == std::byte{'X'};
  message[letter] = is_x ? std::byte{'y'} : std::byte{'x'};
}

void point_at_itself(Bytes& message) {
  const auto record = first_record(message);
  if (!record) return;
  // The root has no room for a pointer; its record's type begins behind it.
  const std::size_t owner = record->owner;
  dns::write_u16(message, owner, static_cast<std::uint16_t>(0xc000u | (owner & 0x3fffu)));
}

void lengthen_data(Bytes& message) {
  const auto record = first_record(message);
  if (!record) return;
  const std::size_t beyond = message.size() - record->data + 1;
  const auto length = std::min<std::size_t>(beyond, std::numeric_limits<std::uint16_t>::max());
  dns::write_u16(message, record->fixed + 8, static_cast<std::uint16_t>(length));
}

void append_garbage(Bytes& message, Rng rng) {
  const std::size_t room = dns::kMaxTcp - std::min(message.size(), dns::kMaxTcp);
  for (std::size_t i = 0; i < std::min(room, kGarbage); ++i) {
    message.push_back(static_cast<std::byte>(rng.next()));
  }
}

void cut_short(Bytes& message, Rng rng) {
  const std::size_t beyond = message.size() - dns::kHeaderSize;
  if (beyond > 0) message.resize(dns::kHeaderSize + rng.next() % beyond);
}

class DnsMalform final : public ReplyFault {
 public:
  struct Config {
    Malformation kind = Malformation::cut;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().required(
        "kind", &Config::kind,
        "wrong_id: the answer to another query; wrong_question: to another name; bad_pointer: a "
        "compressed name that leads to itself; cut: ends somewhere behind the header; "
        "trailing_garbage: random bytes behind the message; rdlength: a record that is longer than "
        "the message.");
    return params;
  }

  explicit DnsMalform(const Config& config) : kind_(config.kind) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng& rng) const override {
    if (seen.reply == nullptr || !can_be_done(*seen.reply)) return Applied::no;
    verdict.damage = [this, rng](Bytes& message) { malform(message, rng); };
    return Applied::yes;
  }

 private:
  bool can_be_done(const dns::EditableReply& reply) const {
    const bool about_record = kind_ == Malformation::bad_pointer || kind_ == Malformation::rdlength;
    if (kind_ == Malformation::wrong_question) return !reply.question().empty();
    return !about_record || reply.tells_of_names();
  }

  void malform(Bytes& message, Rng rng) const {
    switch (kind_) {
      case Malformation::wrong_id:
        return dns::set_id(message, dns::Header(message).id() ^ 0x5555u);
      case Malformation::wrong_question:
        return change_question(message);
      case Malformation::bad_pointer:
        return point_at_itself(message);
      case Malformation::cut:
        return cut_short(message, rng);
      case Malformation::trailing_garbage:
        return append_garbage(message, rng);
      case Malformation::rdlength:
        return lengthen_data(message);
    }
  }

  Malformation kind_;
};

}  // namespace

extern constinit const FaultType kDnsMalform = fault_type<DnsMalform>({
    .name = "dns.malform",
    .family = Family::dns,
    .summary = "Breaks the message of an answer in one of six ways.",
    .reaches_upstream = "Yes.",
    .client_sees = "What most clients throw away: silence until their time limit, or an error.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
