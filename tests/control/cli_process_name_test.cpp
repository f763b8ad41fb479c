#include "control/cli/process_name.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace firedrill::cli {
namespace {

std::string read(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ProcessName, IsAllThatPsShows) {
  appear_as("edge");
  EXPECT_EQ(read("/proc/self/comm"), "edge\n");
  const std::string line = read("/proc/self/cmdline");
  EXPECT_TRUE(line.starts_with(std::string("edge\0", 5))) << line;
  EXPECT_EQ(line.find_first_not_of('\0', 4), std::string::npos) << line;
}

}  // namespace
}  // namespace firedrill::cli
