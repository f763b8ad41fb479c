#include "bench/load/meter.h"

#include <boost/json.hpp>

#include <stdexcept>

namespace firedrill::bench {
namespace {

constexpr std::uint64_t kTooManyErrors = 1000;

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

double microseconds(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

}  // namespace

void Meter::begin() {
  measuring_ = true;
  started_ = Clock::now();
  if (process_) process_time_ = process_->used();
}

void Meter::end() {
  if (process_) process_time_ = process_->used() - process_time_;
  elapsed_ = Clock::now() - started_;
  measuring_ = false;
}

void Meter::unit(Duration latency) {
  if (!measuring_) return;
  ++units_;
  if (latency < least_) ++early_;
  latencies_.add(latency);
}

void Meter::bytes(std::size_t count) {
  if (!measuring_) return;
  bytes_ += count;
  flow_.add(count, Clock::now());
}

void Meter::lost(std::size_t count) {
  if (measuring_) lost_ += count;
}

void Meter::error(const std::string& what) {
  if (errors_++ == 0) first_error_ = what;
  if (errors_ > kTooManyErrors) throw std::runtime_error("too many errors: " + first_error_);
}

std::string Meter::json() const {
  boost::json::object result{
      {"seconds", seconds(elapsed_)},
      {"units", units_},
      {"early", early_},
      {"lost", lost_},
      {"bytes", bytes_},
      {"bytes_per_second", flow_.rate()},
      {"errors", errors_},
      {"p50_us", microseconds(latencies_.percentile(0.5))},
      {"p90_us", microseconds(latencies_.percentile(0.9))},
      {"p99_us", microseconds(latencies_.percentile(0.99))},
      {"p99.9_us", microseconds(latencies_.percentile(0.999))},
  };
  if (errors_ > 0) result["first_error"] = first_error_;
  if (process_) result["process_cpu_us"] = microseconds(process_time_);
  return boost::json::serialize(result);
}

}  // namespace firedrill::bench
