#include "proxy/codec/dns/records.h"

#include "proxy/codec/dns/name.h"
#include "proxy/codec/dns/record_text.h"
#include "proxy/codec/dns/types.h"

#include <ldns/ldns.h>
#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <optional>

namespace firedrill::dns {
namespace {

struct RrDeleter {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Rr = std::unique_ptr<ldns_rr, RrDeleter>;
using Words = std::vector<std::string_view>;

// Text that no useful record reaches; it bounds the work.
constexpr std::size_t kMaxText = 65536;
// Everything here has the root as its owner while libldns works on it: one byte.
constexpr std::size_t kRootOwner = 1;

Problems refuse(std::string what) {
  return {{.path = "", .what = std::move(what)}};
}

// What stands before the data.
struct Prefix {
  std::optional<Bytes> owner;
  std::uint32_t ttl;
  std::uint16_t type = 0;
  std::size_t words = 0;
};

// Types that stand for no data: OPT, and the range of queries and signatures of transactions.
bool is_meta(std::uint16_t type) {
  return type == 0 || type == kTypeOpt || (type >= 128 && type <= 255);
}

Result<Prefix> read_prefix(const Words& words, std::uint32_t default_ttl) {
  Prefix prefix{.owner = std::nullopt, .ttl = default_ttl};
  std::size_t i = 0;
  if (i < words.size() && words[i].ends_with('.')) {
    auto owner = parse_name(words[i++]);
    if (!owner) return owner.error();
    prefix.owner = std::move(*owner);
  }
  if (i < words.size() && std::isdigit(static_cast<unsigned char>(words[i].front()))) {
    const auto ttl = parse_ttl(words[i]);
    if (!ttl)
      return refuse("has the TTL \"" + std::string(words[i]) +
                    "\", which must be a time from 0 to 2147483647 seconds");
    prefix.ttl = *ttl;
    ++i;
  }
  if (i < words.size() && boost::algorithm::iequals(words[i], "IN")) ++i;
  if (i == words.size()) return refuse("must be a record such as \"A 10.20.30.40\"");
  const auto type = parse_type(words[i]);
  if (!type)
    return refuse("has the unknown record type \"" + std::string(words[i]) +
                  "\"; an owner before the type must end with a dot");
  if (is_meta(*type)) return refuse(type_text(*type) + " is not a type that an answer can hold");
  prefix.type = *type;
  prefix.words = i + 1;
  return prefix;
}

// RFC 3597: `\# length hex...`
std::string check_unknown_form(const Words& data) {
  const std::string wrong = "must have the form \\# LENGTH HEX, with two digits for each byte";
  if (data.size() < 2) return wrong;
  std::size_t digits = 0;
  for (std::size_t i = 2; i < data.size(); ++i) {
    const bool hex = std::ranges::all_of(
        data[i], [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
    if (!hex) return wrong;
    digits += data[i].size();
  }
  return data[1] == std::to_string(digits / 2) && digits % 2 == 0 ? "" : wrong;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

Result<Rr> parse_with_ldns(const std::string& line) {
  ldns_rr* rr = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&rr, line.c_str(), 0, nullptr, nullptr);
  if (status != LDNS_STATUS_OK)
    return refuse(std::string("is not a record: ") + ldns_get_errorstr_by_id(status));
  return Rr(rr);
}

Result<Bytes> wire_of(const Rr& rr) {
  std::size_t size = kRootOwner + 10;
  for (std::size_t i = 0; i < ldns_rr_rd_count(rr.get()); ++i)
    size += ldns_rdf_size(ldns_rr_rdf(rr.get(), i));
  if (size > kMaxRecordBytes) return refuse("is too long for a message");
  std::uint8_t* bytes = nullptr;
  const ldns_status status = ldns_rr2wire(&bytes, rr.get(), LDNS_SECTION_ANSWER, &size);
  const std::unique_ptr<std::uint8_t, Free> owned(bytes);
  if (status != LDNS_STATUS_OK)
    return refuse(std::string("can't be written: ") + ldns_get_errorstr_by_id(status));
  const auto view = std::as_bytes(std::span(bytes, size));
  return Bytes(view.begin(), view.end());
}

// What libldns reads back from the wire, as text: the data alone.
Result<std::string> text_of(ByteView wire) {
  ldns_rr* read = nullptr;
  std::size_t at = 0;
  const ldns_status status = ldns_wire2rr(&read, reinterpret_cast<const std::uint8_t*>(wire.data()),
                                          wire.size(), &at, LDNS_SECTION_ANSWER);
  if (status != LDNS_STATUS_OK)
    return refuse(std::string("makes a broken record: ") + ldns_get_errorstr_by_id(status));
  const Rr rr(read);
  const std::unique_ptr<char, Free> line(ldns_rr2str_fmt(ldns_output_format_nocomments, rr.get()));
  if (!line) return refuse("can't be shown");
  // Owner, TTL, class and type, each followed by a tab, and a line's end.
  std::string_view text(line.get());
  for (int i = 0; i < 4; ++i) text.remove_prefix(std::min(text.find('\t'), text.size() - 1) + 1);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string data(text);
  std::ranges::replace(data, '\t', ' ');
  return data;
}

std::string line_for(const Prefix& prefix, std::string_view data) {
  std::string line = ". " + std::to_string(prefix.ttl) + " IN " + type_text(prefix.type) + " ";
  return line += data;
}

// The record with this data on the wire, the root as its owner.
Result<Bytes> compile(const Prefix& prefix, std::string_view data) {
  const auto words = split_record(data);
  if (!words) return words.error();
  if (words->empty()) return refuse(type_text(prefix.type) + " needs data behind it");
  const std::string wrong =
      words->front() == "\\#" ? check_unknown_form(*words) : check_numbers(prefix.type, *words);
  if (!wrong.empty()) return refuse(wrong);
  const auto rr = parse_with_ldns(line_for(prefix, data));
  if (!rr) return rr.error();
  return wire_of(*rr);
}

// `wire` has the root as its owner; the record gets its own.
Record assemble(const Prefix& prefix, ByteView wire, std::string_view data) {
  Record record{.wire = {std::byte{0xc0}, std::byte{kHeaderSize}},
                .type = prefix.type,
                .at_question = !prefix.owner,
                .ttl = prefix.ttl,
                .text = ""};
  if (prefix.owner) {
    record.wire = *prefix.owner;
    record.text = name_text(*prefix.owner);
    record.text += record.text == "." ? " " : ". ";
  }
  const ByteView rest = wire.subspan(kRootOwner);
  record.wire.insert(record.wire.end(), rest.begin(), rest.end());
  record.text += std::to_string(prefix.ttl) + "s " + type_text(prefix.type) + " ";
  record.text += data;
  return record;
}

}  // namespace

Result<Record> parse_record(std::string_view text, std::uint32_t ttl) {
  if (text.size() > kMaxText) return refuse("is too long for a record");
  const auto words = split_record(text);
  if (!words) return words.error();
  const auto prefix = read_prefix(*words, ttl);
  if (!prefix) return prefix.error();
  if (prefix->ttl > kMaxTtl) return refuse("has a TTL above 2147483647 seconds");

  const Words data(words->begin() + static_cast<std::ptrdiff_t>(prefix->words), words->end());
  const std::string_view before = words->at(prefix->words - 1);
  const auto start = static_cast<std::size_t>(before.data() + before.size() - text.data());
  const auto wire = compile(*prefix, text.substr(start));
  if (!wire) return wire.error();
  // The canonical form is a promise, so it is tried out: some odd data does not survive libldns.
  const auto canonical = text_of(*wire);
  if (!canonical) return canonical.error();
  const bool loose = data.front() != "\\#" && is_read_loosely(prefix->type);
  const bool as_written = !loose || boost::algorithm::iequals(joined(data), *canonical);
  const auto again = compile(*prefix, *canonical);
  if (!as_written || !again || *again != *wire)
    return refuse("is ambiguous: it would be read as \"" + *canonical + "\"");
  return assemble(*prefix, *wire, *canonical);
}

Result<std::vector<Record>> parse_records(std::span<const std::string> texts, std::uint32_t ttl,
                                          std::string_view path) {
  std::vector<Record> records;
  Problems problems;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string at = std::string(path) + "[" + std::to_string(i) + "]";
    auto record = parse_record(texts[i], ttl);
    if (!record) {
      for (const Problem& problem : record.error())
        problems.push_back({.path = at, .what = problem.what, .at = problem.at});
      continue;
    }
    bytes += record->wire.size();
    records.push_back(std::move(*record));
  }
  if (bytes > kMaxRecordBytes)
    problems.push_back(
        {.path = std::string(path), .what = "must fit into one message of 60000 bytes"});
  if (!problems.empty()) return problems;
  return records;
}

}  // namespace firedrill::dns
