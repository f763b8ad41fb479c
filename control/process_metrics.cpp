#include "control/metric_family.h"
#include "control/metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

namespace firedrill {
namespace {

// Fields of /proc/self/stat, counted as proc(5) does.
struct ProcessStat {
  double user_ticks = 0;      // 14
  double system_ticks = 0;    // 15
  double threads = 0;         // 20
  double start_ticks = 0;     // 22, since the machine started
  double virtual_bytes = 0;   // 23
  double resident_pages = 0;  // 24
};

ProcessStat read_stat() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // The second field is the process's name in parentheses, which may hold anything.
  std::istringstream rest(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  fields.resize(22);
  const auto field = [&](std::size_t number) {
    return std::strtod(fields[number - 3].c_str(), nullptr);
  };
  return {.user_ticks = field(14),
          .system_ticks = field(15),
          .threads = field(20),
          .start_ticks = field(22),
          .virtual_bytes = field(23),
          .resident_pages = field(24)};
}

double boot_time() {
  std::ifstream file("/proc/stat");
  std::string key;
  double value = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream(line) >> key >> value;
    if (key == "btime") return value;
  }
  return 0;
}

double open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  double count = -3;  // ".", ".." and the directory itself
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

double most_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

MetricFamilies process_metrics() {
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  static const double kBoot = boot_time();
  const ProcessStat stat = read_stat();
  MetricFamilies families;
  families.push_back(counter_family("process_cpu_seconds_total", "CPU time, user and system."));
  add_series(families.back(), {}, (stat.user_ticks + stat.system_ticks) / ticks);
  const auto gauge = [&](const char* name, const char* help, double value) {
    families.push_back(gauge_family(name, help));
    add_series(families.back(), {}, value);
  };
  gauge("process_resident_memory_bytes", "Memory in use.",
        stat.resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  gauge("process_virtual_memory_bytes", "Address space in use.", stat.virtual_bytes);
  gauge("process_start_time_seconds", "When the process started.",
        kBoot + stat.start_ticks / ticks);
  gauge("process_open_fds", "Open descriptors.", open_descriptors());
  gauge("process_max_fds", "The most descriptors that may be open.", most_descriptors());
  gauge("process_threads", "Threads.", stat.threads);
  return families;
}

}  // namespace firedrill
