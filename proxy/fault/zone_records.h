#pragma once

#include "proxy/codec/dns/editable_reply.h"
#include "proxy/codec/dns/records.h"
#include "proxy/core/kind.h"

#include <span>
#include <string>
#include <vector>

namespace firedrill {

// Records as the configuration writes them, checked.
struct ZoneRecords {
  std::vector<std::string> texts;
};

template <>
struct Kind<ZoneRecords> {
  static std::optional<ZoneRecords> read(const Value& value, const std::string& path,
                                         Problems& problems);
  static std::string expected() {
    return "at least one record in zone-file syntax, such as \"A 10.20.30.99\"";
  }
  static boost::json::object schema() { return Kind<std::vector<std::string>>::schema(); }
  static boost::json::value write(const ZoneRecords& records) {
    return Kind<std::vector<std::string>>::write(records.texts);
  }
};

// Makes a reply tell what the records say about the question. Where the upstream has records of the
// type, only these change, so that the owners, whatever leads to them, and all else look as they
// did; where it has none, or the records tell of names of their own, they are the whole answer.
void put_records(dns::EditableReply& reply, const dns::Question& question,
                 std::span<const dns::Record> records);

}  // namespace firedrill
