// Record text as configuration has it: what we take must be a record to libldns when it stands in
// an answer, and its canonical form must mean the same bytes.

#include "proxy/codec/dns/forge.h"
#include "proxy/codec/dns/name.h"
#include "proxy/codec/dns/types.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace {

using namespace firedrill;
using namespace firedrill::dns;

void require(bool holds) {
  if (!holds) std::abort();
}

// As the answer to a query of its type for "a.b."
void check_answer(const Record& record) {
  Bytes query(kHeaderSize, std::byte{0});
  query[5] = std::byte{1};
  const Bytes name = *parse_name("a.b");
  query.insert(query.end(), name.begin(), name.end());
  query.resize(query.size() + 4);
  write_u16(query, query.size() - 4, record.type);
  write_u16(query, query.size() - 2, kClassIn);

  static std::array<std::byte, kMaxMessage> out;
  const Query parsed = parse_query(query);
  const auto message =
      forge(out, query, parsed.question, {}, {.answers = {&record, 1}}, kMaxMessage);
  require(Header(message).answers() == 1);
  ldns_pkt* packet = nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(message.data());
  require(ldns_wire2pkt(&packet, bytes, message.size()) == LDNS_STATUS_OK);
  const ldns_rr* rr = ldns_rr_list_rr(ldns_pkt_answer(packet), 0);
  require(ldns_rr_get_type(rr) == record.type);
  require(ldns_rr_ttl(rr) == record.ttl);
  ldns_pkt_free(packet);
}

void check_name(std::string_view text) {
  const auto name = parse_name(text);
  if (!name) return;
  require(name->size() <= kMaxName);
  const auto again = parse_name(name_text(*name));
  require(again && *again == *name);
  const auto pattern = NamePattern::parse(text);
  require(pattern &&
          (pattern->kind() == NamePattern::Kind::below || pattern->matches(FoldedName(*name))));
}

}  // namespace

// libldns 1.8 forgets a few bytes of data when it refuses some records ("CERT 0 1 8 AQID"). A
// record that we forgot would still be found by its ldns_rr.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT: the sanitizer gives the name
  return "leak:ldns_rdf_new\nleak:ldns_str2rdf";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
  check_name(text);
  if (const auto type = parse_type(text)) require(parse_type(type_text(*type)) == type);
  const auto record = parse_record(text, 5);
  if (!record) return 0;
  check_answer(*record);
  const auto again = parse_record(record->text, 6);
  require(again && again->wire == record->wire && again->text == record->text);
  return 0;
}
