#include "proxy/fault/registry.h"

#include <algorithm>
#include <array>

namespace firedrill {

// To add a type: write its file, then name it on these two lists. Nothing registers itself, since a
// linker silently leaves such files out of a static library.
extern const FaultType kTcpRefuse, kTcpBlackhole, kTcpTimeout, kTcpReset, kTcpClose, kTcpLatency;
extern const FaultType kTcpBandwidth, kTcpSlice, kTcpLimit, kTcpSlowClose, kTcpStall, kTcpLoss;
extern const FaultType kTcpCorrupt, kTcpConnections, kTcpConnectDelay, kTcpIdleKill;
extern const FaultType kHttpStatus, kHttpLatency, kHttpHeaders, kHttpBody, kHttpTruncate;
extern const FaultType kHttpMalform, kHttpEmpty, kHttpGarbage, kHttpReset, kHttpHang;
extern const FaultType kHttpSlowBody, kHttpBandwidth, kHttpRateLimit, kHttpRouteTo;
extern const FaultType kDnsAnswer, kDnsRcode, kDnsNxdomain, kDnsServfail, kDnsRefused, kDnsNodata;
extern const FaultType kDnsDrop, kDnsDelay, kDnsTtl, kDnsSubset, kDnsRotate, kDnsShuffle;
extern const FaultType kDnsReorder, kDnsTruncate, kDnsMalform, kDnsLame, kDnsLoop, kDnsStale;
extern const FaultType kDnsDuplicate, kDnsFamily;
extern const FaultType kStreamDrop, kStreamDuplicate, kStreamDelay, kStreamReorder, kStreamStall;
extern const FaultType kStreamThrottle, kStreamReplay, kStreamGap, kStreamCut, kStreamCorrupt;
extern const FaultType kStreamPoison;

namespace {

constexpr std::array kTypes{
    &kTcpRefuse,      &kTcpBlackhole,    &kTcpTimeout,    &kTcpReset,       &kTcpClose,
    &kTcpLatency,     &kTcpBandwidth,    &kTcpSlice,      &kTcpLimit,       &kTcpSlowClose,
    &kTcpStall,       &kTcpLoss,         &kTcpCorrupt,    &kTcpConnections, &kTcpConnectDelay,
    &kTcpIdleKill,    &kHttpStatus,      &kHttpLatency,   &kHttpHeaders,    &kHttpBody,
    &kHttpTruncate,   &kHttpMalform,     &kHttpEmpty,     &kHttpGarbage,    &kHttpReset,
    &kHttpHang,       &kHttpSlowBody,    &kHttpBandwidth, &kHttpRateLimit,  &kHttpRouteTo,
    &kDnsAnswer,      &kDnsRcode,        &kDnsNxdomain,   &kDnsServfail,    &kDnsRefused,
    &kDnsNodata,      &kDnsDrop,         &kDnsDelay,      &kDnsTtl,         &kDnsSubset,
    &kDnsRotate,      &kDnsShuffle,      &kDnsReorder,    &kDnsTruncate,    &kDnsMalform,
    &kDnsLame,        &kDnsLoop,         &kDnsStale,      &kDnsDuplicate,   &kDnsFamily,
    &kStreamDrop,     &kStreamDuplicate, &kStreamDelay,   &kStreamReorder,  &kStreamStall,
    &kStreamThrottle, &kStreamReplay,    &kStreamGap,     &kStreamCut,      &kStreamCorrupt,
    &kStreamPoison,
};

// WireMock's names for its faults.
constexpr std::array kAliases{
    FaultAlias{.name = "EMPTY_RESPONSE", .type = "http.empty"},
    FaultAlias{.name = "MALFORMED_RESPONSE_CHUNK",
               .type = "http.malform",
               .parameter = "kind",
               .value = "chunk_size"},
    FaultAlias{.name = "RANDOM_DATA_THEN_CLOSE", .type = "http.garbage"},
    FaultAlias{.name = "CONNECTION_RESET_BY_PEER", .type = "http.reset"},
};

}  // namespace

std::span<const FaultAlias> fault_aliases() {
  return kAliases;
}

const FaultAlias* find_fault_alias(std::string_view name) {
  const auto alias = std::ranges::find(kAliases, name, &FaultAlias::name);
  return alias != kAliases.end() ? &*alias : nullptr;
}

std::span<const FaultType* const> fault_types() {
  return kTypes;
}

const FaultType* find_fault_type(std::string_view name) {
  const auto type = std::ranges::find(kTypes, name, &FaultType::name);
  return type != kTypes.end() ? *type : nullptr;
}

const std::vector<std::string>& fault_type_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const FaultType* type : kTypes) all.emplace_back(type->name);
    return all;
  }();
  return names;
}

}  // namespace firedrill
