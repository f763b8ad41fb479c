// A query off the wire: what we call forwardable must have a question that libldns reads alike, and
// whatever we forge for it must be a message to libldns, with the query's id and question.

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/name.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace {

using namespace firedrill;
using namespace firedrill::dns;

void require(bool holds) {
  if (!holds) std::abort();
}

struct PacketDeleter {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};
using Packet = std::unique_ptr<ldns_pkt, PacketDeleter>;

Packet parse_with_ldns(ByteView message) {
  ldns_pkt* packet = nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(message.data());
  require(ldns_wire2pkt(&packet, bytes, message.size()) == LDNS_STATUS_OK);
  return Packet(packet);
}

const std::array<Record, 4>& records() {
  static const std::array<Record, 4> all{
      *parse_record("CNAME b.", 5), *parse_record("b. A 1.2.3.4", 5),
      *parse_record("TXT \"some text that fills the answer\"", 5),
      *parse_record("SOA ns. host. 1 2 3 4 5", 5)};
  return all;
}

void check_suffixes(const Question& question) {
  const FoldedName& folded = question.folded;
  require(same_name(folded.bytes(), question.name));
  for (std::size_t i = 0; i <= folded.labels(); ++i)
    require(FoldedName(folded.suffix(i)).hash() == folded.hash(i));
  const auto again = parse_name(name_text(question.name));
  require(again && std::ranges::equal(*again, question.name));
}

void check_forged(ByteView query, const Question& question, const Reply& reply,
                  Transport transport) {
  static std::array<std::byte, kMaxMessage> out;
  const Edns edns = read_edns(query, question.end());
  const std::size_t limit = reply_limit(transport, edns);
  const auto message = forge(out, query, question, edns, reply, limit);
  require(!message.empty());
  require(message.size() <= limit);
  require(is_reply_to(message, question.bytes));
  require(std::ranges::equal(message.subspan(kHeaderSize, question.bytes.size()), question.bytes));
  const Packet packet = parse_with_ldns(message);
  require(ldns_pkt_id(packet.get()) == Header(query).id());
  require(ldns_pkt_edns(packet.get()) == edns.present);
  const ldns_rr* asked = ldns_rr_list_rr(ldns_pkt_question(packet.get()), 0);
  require(ldns_rr_get_type(asked) == question.qtype);
  require(ldns_rdf_size(ldns_rr_owner(asked)) == question.name.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView message = std::as_bytes(std::span(data, size));
  const Query query = parse_query(message, OtherOpcodes::forward);
  if (query.disposition != Disposition::forward) {
    if (size < kHeaderSize) return 0;
    std::array<std::byte, kHeaderSize> out;
    parse_with_ldns(forge_refusal(out, message, Rcode::format_error));
    return 0;
  }
  check_suffixes(query.question);
  const Reply answer{.answers = records()};
  const Reply negative{.rcode = Rcode::name_error, .soa = &records()[3], .extended_error = 4};
  for (const Transport transport : {Transport::udp, Transport::tcp}) {
    check_forged(message, query.question, answer, transport);
    check_forged(message, query.question, negative, transport);
  }
  return 0;
}
