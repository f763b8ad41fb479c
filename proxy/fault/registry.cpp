#include "proxy/fault/registry.h"

#include <algorithm>
#include <array>

namespace firedrill {

// To add a type: write its file, then name it on these two lists. Nothing registers itself, since a
// linker silently leaves such files out of a static library.
extern const FaultType kTcpRefuse, kTcpBlackhole, kTcpTimeout, kTcpReset, kTcpClose, kTcpLatency;
extern const FaultType kTcpBandwidth, kTcpSlice, kTcpLimit, kTcpSlowClose, kTcpStall, kTcpLoss;
extern const FaultType kTcpCorrupt, kTcpConnections, kTcpConnectDelay, kTcpIdleKill;
extern const FaultType kHttpStatus, kHttpLatency;
extern const FaultType kDnsAnswer, kDnsRcode, kDnsNxdomain, kDnsServfail, kDnsRefused, kDnsNodata;
extern const FaultType kDnsDrop, kDnsDelay;
extern const FaultType kStreamDrop, kStreamDuplicate, kStreamDelay, kStreamReorder, kStreamStall;
extern const FaultType kStreamThrottle, kStreamReplay, kStreamGap, kStreamCut, kStreamCorrupt;
extern const FaultType kStreamPoison;

namespace {

constexpr std::array kTypes{
    &kTcpRefuse,     &kTcpBlackhole,   &kTcpTimeout,      &kTcpReset,       &kTcpClose,
    &kTcpLatency,    &kTcpBandwidth,   &kTcpSlice,        &kTcpLimit,       &kTcpSlowClose,
    &kTcpStall,      &kTcpLoss,        &kTcpCorrupt,      &kTcpConnections, &kTcpConnectDelay,
    &kTcpIdleKill,   &kHttpStatus,     &kHttpLatency,     &kDnsAnswer,      &kDnsRcode,
    &kDnsNxdomain,   &kDnsServfail,    &kDnsRefused,      &kDnsNodata,      &kDnsDrop,
    &kDnsDelay,      &kStreamDrop,     &kStreamDuplicate, &kStreamDelay,    &kStreamReorder,
    &kStreamStall,   &kStreamThrottle, &kStreamReplay,    &kStreamGap,      &kStreamCut,
    &kStreamCorrupt, &kStreamPoison,
};

}  // namespace

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
