#include "proxy/session/file_text.h"

#include <gtest/gtest.h>

#include <fstream>

namespace firedrill {
namespace {

TEST(FileText, IsTheWholeFile) {
  const std::string path = testing::TempDir() + "file-text-whole";
  const std::string text(100'000, 'a');
  std::ofstream(path) << text;
  EXPECT_EQ(file_text(path).value(), text);
  EXPECT_EQ(file_text(path, 20'000).value(), text.substr(0, 20'000));
  std::remove(path.c_str());
}

TEST(FileText, TellsWhyThereIsNone) {
  const auto why = [](const std::string& path) { return describe(file_text(path).error()); };
  EXPECT_EQ(why(testing::TempDir()), "can't be read: Is a directory");
  EXPECT_EQ(why("/no/such/file"), "can't be read: No such file or directory");
}

}  // namespace
}  // namespace firedrill
