#include "proxy/model/dns_response_match.h"

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/core/params.h"
#include "proxy/fault/rcode_kind.h"
#include "proxy/model/alternatives.h"

#include <algorithm>

namespace firedrill {

template <>
struct Kind<AnswerCount> {
  static std::optional<AnswerCount> read(const Value& value, const std::string& path,
                                         Problems& problems) {
    if (value.map() == nullptr) {
      const auto number = Kind<std::uint64_t>::read(value, path, problems);
      if (!number) return std::nullopt;
      return AnswerCount{.min = *number, .max = *number};
    }
    static const auto params =
        Params<AnswerCount>()
            .optional("min", &AnswerCount::min, "No fewer records.")
            .optional("max", &AnswerCount::max, "No more records.")
            .check("max", [](const AnswerCount& count) {
              return count.min <= count.max ? "" : "must not be less than min";
            });
    Fields fields(value, path, problems);
    const std::size_t before = problems.size();
    const AnswerCount count = params.read(fields);
    fields.finish();
    if (problems.size() != before) return std::nullopt;
    return count;
  }
};

namespace {

// The address that a record of this kind holds; nothing when it is none, or is broken.
std::optional<Cidr::Raw> address_of(const dns::EditableRecord& record) {
  constexpr std::size_t kV4 = 4;
  Cidr::Raw address{};
  const std::size_t size = record.type == dns::kTypeA ? kV4 : address.size();
  if (!record.is_address() || record.data.size() != size) return std::nullopt;
  // IPv4 is mapped into IPv6.
  if (size == kV4) address[10] = address[11] = 0xff;
  std::ranges::transform(record.data, address.end() - static_cast<std::ptrdiff_t>(size),
                         [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
  return address;
}

}  // namespace

DnsResponseMatch DnsResponseMatch::read(const Value& value, const std::string& path,
                                        Problems& problems) {
  DnsResponseMatch match;
  Fields fields(value, path, problems);
  match.rcodes_ = read_alternatives<dns::Rcode>(fields, "rcodes", "rcode");
  if (const Value* answers = fields.optional("answers")) {
    match.count_ = Kind<AnswerCount>::read(*answers, fields.path_of("answers"), problems)
                       .value_or(AnswerCount{});
  }
  if (const Value* contains = fields.optional("contains")) {
    auto blocks = Kind<std::vector<Cidr>>::read(*contains, fields.path_of("contains"), problems);
    if (blocks && blocks->empty()) {
      fields.complain("contains", "must not be empty; leave it out to match everything");
    }
    match.blocks_ = std::move(blocks).value_or(std::vector<Cidr>());
  }
  fields.finish();
  return match;
}

bool DnsResponseMatch::accepts(const dns::EditableReply& reply) const {
  const std::size_t count = reply.answers().size();
  if (count < count_.min || count > count_.max) return false;
  const bool coded = rcodes_.empty() || std::ranges::find(rcodes_, reply.rcode()) != rcodes_.end();
  return coded && (blocks_.empty() || contains_address(reply));
}

bool DnsResponseMatch::contains_address(const dns::EditableReply& reply) const {
  return std::ranges::any_of(reply.answers(), [&](const dns::EditableRecord& record) {
    const auto address = address_of(record);
    const auto holds = [&](const Cidr& block) { return block.contains(*address); };
    return address && std::ranges::any_of(blocks_, holds);
  });
}

}  // namespace firedrill
