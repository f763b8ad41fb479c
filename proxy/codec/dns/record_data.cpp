#include "proxy/codec/dns/record_data.h"

#include <algorithm>
#include <array>
#include <span>

namespace firedrill::dns {
namespace {

// The beginning of a record's data: bytes that stand for themselves, character strings, names. What
// is behind them stands for itself too.
struct DataLayout {
  std::uint16_t type;
  std::uint8_t fixed;
  std::uint8_t strings;
  std::uint8_t names;
};

constexpr std::array kLayouts{
    DataLayout{2, 0, 0, 1},    // NS
    DataLayout{3, 0, 0, 1},    // MD
    DataLayout{4, 0, 0, 1},    // MF
    DataLayout{5, 0, 0, 1},    // CNAME
    DataLayout{6, 0, 0, 2},    // SOA
    DataLayout{7, 0, 0, 1},    // MB
    DataLayout{8, 0, 0, 1},    // MG
    DataLayout{9, 0, 0, 1},    // MR
    DataLayout{12, 0, 0, 1},   // PTR
    DataLayout{14, 0, 0, 2},   // MINFO
    DataLayout{15, 2, 0, 1},   // MX
    DataLayout{17, 0, 0, 2},   // RP
    DataLayout{18, 2, 0, 1},   // AFSDB
    DataLayout{21, 2, 0, 1},   // RT
    DataLayout{24, 18, 0, 1},  // SIG
    DataLayout{26, 2, 0, 2},   // PX
    DataLayout{30, 0, 0, 1},   // NXT
    DataLayout{33, 6, 0, 1},   // SRV
    DataLayout{35, 4, 3, 1},   // NAPTR
};

std::size_t byte_at(ByteView bytes, std::size_t at) {
  return std::to_integer<std::size_t>(bytes[at]);
}

void append(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// The offset behind what stands before the names; nothing when the data is too short for it.
std::optional<std::size_t> names_at(ByteView message, const DataLayout& layout,
                                    const RecordPlace& record) {
  std::size_t at = record.data + layout.fixed;
  for (unsigned i = 0; i < layout.strings; ++i) {
    if (at >= record.end) return std::nullopt;
    at += 1 + byte_at(message, at);
  }
  return at <= record.end ? std::optional(at) : std::nullopt;
}

}  // namespace

std::optional<Bytes> expand_name(ByteView message, std::size_t at) {
  if (!end_of_name(message, at)) return std::nullopt;
  Bytes name;
  for (;;) {
    const std::size_t length = byte_at(message, at);
    if (length > kMaxLabel) {
      at = read_u16(message, at) & 0x3fffu;
      continue;
    }
    append(name, message.subspan(at, 1 + length));
    if (length == 0) return name;
    at += 1 + length;
  }
}

std::optional<Bytes> expand_data(ByteView message, std::uint16_t type, const RecordPlace& record) {
  const ByteView data = message.subspan(record.data, record.end - record.data);
  const auto layout = std::ranges::find(kLayouts, type, &DataLayout::type);
  // An update's deletions and the like have no data.
  if (layout == kLayouts.end() || data.empty()) return Bytes(data.begin(), data.end());
  const auto names = names_at(message, *layout, record);
  if (!names) return std::nullopt;
  std::size_t at = *names;
  Bytes expanded;
  append(expanded, message.subspan(record.data, at - record.data));
  for (unsigned i = 0; i < layout->names; ++i) {
    const auto end = end_of_name(message, at);
    const auto name = expand_name(message, at);
    if (!name || *end > record.end) return std::nullopt;
    append(expanded, *name);
    at = *end;
  }
  append(expanded, message.subspan(at, record.end - at));
  return expanded;
}

}  // namespace firedrill::dns
