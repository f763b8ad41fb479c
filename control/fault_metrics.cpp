#include "control/metric_family.h"
#include "control/metrics.h"

namespace firedrill {
namespace {

using prometheus::MetricFamily;

struct TotalRow {
  const char* name;
  const char* help;
  std::atomic<std::uint64_t> RuleState::*field;
};

constexpr TotalRow kTotals[] = {
    {"firedrill_fault_matched_total", "What the match selected.", &RuleState::matched},
    {"firedrill_fault_hit_total", "What was changed.", &RuleState::hit},
    {"firedrill_fault_would_hit_total", "What a dry run left as it was.", &RuleState::would_hit},
};

struct SkippedRow {
  const char* reason;
  std::atomic<std::uint64_t> RuleState::*field;
};

constexpr SkippedRow kSkipped[] = {
    {"share", &RuleState::skipped_share},       {"trigger", &RuleState::skipped_trigger},
    {"overflow", &RuleState::skipped_overflow}, {"terminal", &RuleState::skipped_terminal},
    {"spared", &RuleState::skipped_spared},     {"format", &RuleState::skipped_format},
};

double load(const std::atomic<std::uint64_t>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

double seconds(auto duration) {
  return std::chrono::duration<double>(duration).count();
}

MetricLabels label_of(const Fault& fault) {
  return {{"fault", fault.config->name}, {"type", std::string(fault.config->type->name)}};
}

MetricFamilies totals(const std::vector<Fault>& faults) {
  MetricFamilies families;
  for (const TotalRow& row : kTotals) {
    MetricFamily family = counter_family(row.name, row.help);
    for (const Fault& fault : faults) {
      add_series(family, label_of(fault), load((*fault.state).*row.field));
    }
    families.push_back(std::move(family));
  }
  MetricFamily skipped =
      counter_family("firedrill_fault_skipped_total", "What matched and was let go, by reason.");
  for (const Fault& fault : faults) {
    for (const SkippedRow& row : kSkipped) {
      MetricLabels labels = label_of(fault);
      labels.push_back({"reason", row.reason});
      add_series(skipped, std::move(labels), load((*fault.state).*row.field));
    }
  }
  families.push_back(std::move(skipped));
  return families;
}

MetricFamilies deadlines(const std::vector<Fault>& faults) {
  const TimePoint now = Clock::now();
  const double wall = seconds(std::chrono::system_clock::now().time_since_epoch());
  MetricFamily active = gauge_family("firedrill_fault_active", "1 while the fault is active.");
  MetricFamily left =
      gauge_family("firedrill_fault_seconds_left", "Until the fault ends; 0 when it is off.");
  MetricFamily deadline = gauge_family("firedrill_fault_deadline_timestamp_seconds",
                                       "When the fault ends; 0 when it is off.");
  for (const Fault& fault : faults) {
    const bool on = fault.deadline && *fault.deadline > now;
    const double remaining = on ? seconds(*fault.deadline - now) : 0;
    add_series(active, label_of(fault), on ? 1 : 0);
    add_series(left, label_of(fault), remaining);
    add_series(deadline, label_of(fault), on ? wall + remaining : 0);
  }
  return {std::move(active), std::move(left), std::move(deadline)};
}

MetricFamily lost_lines(const std::vector<ProxySample>& samples) {
  MetricFamily dropped = counter_family("firedrill_access_log_dropped_total",
                                        "Lines that the access log's file did not take.");
  for (const ProxySample& sample : samples) {
    if (sample.config->access_log.empty()) continue;
    add_series(dropped, {{"proxy", sample.config->name}},
               static_cast<double>(sample.counters.access_log_dropped));
  }
  return dropped;
}

MetricFamilies process(Store& store) {
  MetricFamily lost = counter_family("firedrill_journal_lost_total",
                                     "Records that the journal's file or socket refused.");
  add_series(lost, {}, static_cast<double>(store.journal().lost()));
  MetricFamily locked = gauge_family("firedrill_locked", "1 while new activations are refused.");
  add_series(locked, {}, store.lock() ? 1 : 0);
  MetricFamily build = gauge_family("firedrill_build_info", "Always 1.");
  add_series(build, {{"version", FIREDRILL_VERSION}}, 1);
  return {std::move(lost), std::move(locked), std::move(build)};
}

}  // namespace

MetricFamilies fault_metrics(Store& store, const std::vector<ProxySample>& samples) {
  MetricFamilies families = totals(store.faults());
  const auto add = [&](MetricFamilies more) {
    for (MetricFamily& family : more) families.push_back(std::move(family));
  };
  add(deadlines(store.faults()));
  families.push_back(lost_lines(samples));
  add(process(store));
  std::erase_if(families, [](const MetricFamily& family) { return family.metric.empty(); });
  return families;
}

}  // namespace firedrill
