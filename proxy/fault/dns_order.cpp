// dns.rotate, dns.shuffle and dns.reorder: the records of an answer in another order.

#include "proxy/fault/answer_turns.h"
#include "proxy/fault/dns_reply.h"

#include <algorithm>

namespace firedrill {
namespace {

using Records = std::vector<dns::EditableRecord>;
using Section = dns::EditableReply::Section;

enum class Order : std::uint8_t { cname_last, reversed };

}  // namespace

template <>
struct Names<Order> {
  static constexpr std::pair<std::string_view, Order> kAll[] = {{"cname_last", Order::cname_last},
                                                                {"reversed", Order::reversed}};
};
template <>
struct Kind<Order> : EnumKind<Order> {};

namespace {

// Gives the addresses of an answer the order that `reorder` gives to a list of them; they take
// turns in the places that they have among the other records.
template <class Reorder>
void reorder_addresses(Records& answers, Reorder reorder) {
  Records addresses;
  for (const dns::EditableRecord& record : answers) {
    if (record.is_address()) addresses.push_back(record);
  }
  reorder(addresses);
  auto next = addresses.begin();
  for (dns::EditableRecord& record : answers) {
    if (record.is_address()) record = std::move(*next++);
  }
}

bool has_several_addresses(const DnsReplySeen& seen) {
  return seen.reply != nullptr && seen.reply->count_addresses() > 1;
}

class DnsRotate final : public ReplyFault {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit DnsRotate(const Config&) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    if (!has_several_addresses(seen) || seen.turns == nullptr) return Applied::no;
    verdict.edit = [turn = seen.turns->next(seen.question)](dns::EditableReply& reply) {
      reorder_addresses(reply.change(Section::answer), [turn](Records& addresses) {
        const auto by = static_cast<std::ptrdiff_t>(turn % addresses.size());
        std::rotate(addresses.begin(), addresses.begin() + by, addresses.end());
      });
    };
    return Applied::yes;
  }
  bool counts_answers() const override { return true; }
};

class DnsShuffle final : public ReplyFault {
 public:
  struct Config {};

  static const Params<Config>& params() {
    static const Params<Config> params;
    return params;
  }

  explicit DnsShuffle(const Config&) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng& rng) const override {
    if (!has_several_addresses(seen)) return Applied::no;
    verdict.edit = [rng](dns::EditableReply& reply) {
      reorder_addresses(reply.change(Section::answer), [draw = rng](Records& addresses) mutable {
        for (std::size_t left = addresses.size(); left > 1; --left) {
          std::swap(addresses[left - 1], addresses[draw.next() % left]);
        }
      });
    };
    return Applied::yes;
  }
};

class DnsReorder final : public ReplyFault {
 public:
  struct Config {
    Order order = Order::cname_last;
  };

  static const Params<Config>& params() {
    static const auto params = Params<Config>().optional(
        "order", &Config::order,
        "cname_last: what an alias leads to before the alias, which many resolvers do not expect; "
        "reversed: the whole answer from its end.");
    return params;
  }

  explicit DnsReorder(const Config& config) : order_(config.order) {}

  Applied on_reply(const DnsReplySeen& seen, ReplyVerdict& verdict, Rng&) const override {
    if (seen.reply == nullptr) return Applied::no;
    Records answers = seen.reply->answers();
    reorder(answers);
    if (answers == seen.reply->answers()) return Applied::no;
    verdict.edit = [this](dns::EditableReply& reply) { reorder(reply.change(Section::answer)); };
    return Applied::yes;
  }

 private:
  void reorder(Records& answers) const {
    if (order_ == Order::reversed) {
      std::ranges::reverse(answers);
      return;
    }
    std::stable_partition(answers.begin(), answers.end(), [](const dns::EditableRecord& record) {
      return record.type != dns::kTypeCname;
    });
  }

  Order order_;
};

}  // namespace

extern constinit const FaultType kDnsRotate = fault_type<DnsRotate>({
    .name = "dns.rotate",
    .family = Family::dns,
    .summary = "Turns the addresses of each answer by one more than those of the last to the same "
               "question.",
    .reaches_upstream = "Yes.",
    .client_sees =
        "The upstream's answer with its addresses in turn, of each name and type by itself.",
    .direction = Direction::response,
    .directed = false,
});

extern constinit const FaultType kDnsShuffle = fault_type<DnsShuffle>({
    .name = "dns.shuffle",
    .family = Family::dns,
    .summary = "Puts the addresses of each answer into a random order.",
    .reaches_upstream = "Yes.",
    .client_sees = "The upstream's answer with its addresses in any order.",
    .direction = Direction::response,
    .directed = false,
});

extern constinit const FaultType kDnsReorder = fault_type<DnsReorder>({
    .name = "dns.reorder",
    .family = Family::dns,
    .summary = "Puts the records of an answer into an unusual order, such as aliases last.",
    .reaches_upstream = "Yes.",
    .client_sees = "The upstream's answer with its records in another order.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
