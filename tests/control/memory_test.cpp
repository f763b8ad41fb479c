#include "control/memory_guard.h"

#include "proxy/runtime/worker_pool.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace firedrill {
namespace {

TEST(Memory, IsFullFrom85AndCriticalFrom95PercentOn) {
  EXPECT_EQ(judge_memory(0.849, Pressure::none), Pressure::none);
  EXPECT_EQ(judge_memory(0.85, Pressure::none), Pressure::full);
  EXPECT_EQ(judge_memory(0.949, Pressure::full), Pressure::full);
  EXPECT_EQ(judge_memory(0.95, Pressure::full), Pressure::critical);
  EXPECT_EQ(judge_memory(1.2, Pressure::none), Pressure::critical);
}

TEST(Memory, IsFreeAgainOnlyBelow80Percent) {
  EXPECT_EQ(judge_memory(0.94, Pressure::critical), Pressure::full);
  EXPECT_EQ(judge_memory(0.80, Pressure::full), Pressure::full);
  EXPECT_EQ(judge_memory(0.799, Pressure::full), Pressure::none);
  EXPECT_EQ(judge_memory(0.799, Pressure::critical), Pressure::none);
}

// The files of a control group.
struct ControlGroup : testing::Test {
  ControlGroup() { std::filesystem::create_directory(path); }
  ~ControlGroup() override { std::filesystem::remove_all(path); }
  void write(const char* name, const char* text) const { std::ofstream(path / name) << text; }

  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("firedrill-group-" + std::to_string(::getpid()));
};

TEST_F(ControlGroup, CountsWhatTheKernelCannotDrop) {
  write("memory.max", "1000\n");
  write("memory.current", "900\n");
  write("memory.stat", "anon 500\ninactive_file 300\nactive_file 100\n");
  const auto reading = read_control_group(path.string());
  ASSERT_TRUE(reading.has_value());
  EXPECT_EQ(reading->used, 600u);
  EXPECT_EQ(reading->limit, 1000u);
  EXPECT_DOUBLE_EQ(reading->share(), 0.6);
}

TEST_F(ControlGroup, WithoutALimitIsNone) {
  EXPECT_FALSE(read_control_group(path.string()));
  write("memory.max", "max\n");
  write("memory.current", "900\n");
  EXPECT_FALSE(read_control_group(path.string()));
}

}  // namespace
}  // namespace firedrill
