#include "proxy/codec/dns/zone_file.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace firedrill::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 3600;

struct Free {
  void operator()(char* text) const { std::free(text); }
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string text_of(const ldns_rdf* data) {
  const std::unique_ptr<char, Free> text(ldns_rdf2str(data));
  return text == nullptr ? "" : text.get();
}

char lower_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string owner_of(const ldns_rr& rr) {
  std::string owner = text_of(ldns_rr_owner(&rr));
  if (owner.size() > 1 && owner.ends_with('.')) owner.pop_back();
  std::ranges::transform(owner, owner.begin(), lower_letter);
  return owner;
}

ZoneRecord record_of(const ldns_rr& rr, int line) {
  const std::unique_ptr<char, Free> type(ldns_rr_type2str(ldns_rr_get_type(&rr)));
  ZoneRecord record{.owner = owner_of(rr),
                    .ttl = ldns_rr_ttl(&rr),
                    .type = type == nullptr ? "" : type.get(),
                    .data = {},
                    .line = line};
  for (std::size_t i = 0; i < ldns_rr_rd_count(&rr); ++i) {
    if (i > 0) record.data.append(" ");
    record.data.append(text_of(ldns_rr_rdf(&rr, i)));
  }
  return record;
}

// What libldns remembers from line to line.
struct Reading {
  std::uint32_t ttl = kDefaultTtl;
  ldns_rdf* origin = nullptr;
  ldns_rdf* previous = nullptr;
  int line = 0;

  Reading() = default;
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
  }
};

bool is_directive(ldns_status status) {
  return status == LDNS_STATUS_SYNTAX_TTL || status == LDNS_STATUS_SYNTAX_ORIGIN ||
         status == LDNS_STATUS_SYNTAX_EMPTY;
}

}  // namespace

ZoneFile parse_zone(std::string_view text) {
  ZoneFile zone;
  if (text.empty()) return zone;
  // It is only read from.
  const std::unique_ptr<std::FILE, Free> file(
      fmemopen(const_cast<char*>(text.data()), text.size(), "r"));
  if (file == nullptr) return zone;
  Reading reading;
  while (std::feof(file.get()) == 0) {
    ldns_rr* read = nullptr;
    const ldns_status status = ldns_rr_new_frm_fp_l(
        &read, file.get(), &reading.ttl, &reading.origin, &reading.previous, &reading.line);
    const std::unique_ptr<ldns_rr, Free> rr(status == LDNS_STATUS_OK ? read : nullptr);
    if (rr != nullptr) {
      zone.records.push_back(record_of(*rr, reading.line));
    } else if (!is_directive(status)) {
      zone.mistakes.push_back({.what = ldns_get_errorstr_by_id(status), .line = reading.line});
    }
  }
  return zone;
}

}  // namespace firedrill::dns
