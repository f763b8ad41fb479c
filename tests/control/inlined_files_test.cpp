#include "control/config/inlined_files.h"

#include "control/config/yaml.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace firedrill {
namespace {

struct InlinedFiles : testing::Test {
  InlinedFiles() {
    std::string pattern = testing::TempDir() + "inlinedXXXXXX";
    directory = ::mkdtemp(pattern.data());
  }
  ~InlinedFiles() override { std::filesystem::remove_all(directory); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory / name, std::ios::binary) << text;
  }
  Value inlined(const std::string& yaml) {
    problems.clear();
    return with_inlined_files(*parse_yaml(yaml), directory, problems);
  }
  std::string complaint() const {
    return problems.size() == 1 ? problems[0].path + " " + problems[0].what : describe(problems);
  }

  std::filesystem::path directory;
  Problems problems;
};

TEST_F(InlinedFiles, PutTheTextOfAFileInThePlaceOfItsName) {
  write("down.html", "<h1>down</h1>\n");
  EXPECT_EQ(inlined("faults: [{name: a, with: {code: 503, body_file: down.html}}]"),
            inlined("faults: [{name: a, with: {code: 503, body: \"<h1>down</h1>\\n\"}}]"));
  EXPECT_TRUE(problems.empty());
}

TEST_F(InlinedFiles, AreReadForEachVariant) {
  write("a", "one");
  EXPECT_EQ(inlined("faults: [{variants: [{weight: 2, with: {body_file: a}}, {with: {}}]}]"),
            inlined("faults: [{variants: [{weight: 2, with: {body: \"one\"}}, {with: {}}]}]"));
  EXPECT_TRUE(problems.empty());
}

TEST_F(InlinedFiles, PutTheDurationsOfATraceInThePlaceOfItsName) {
  write("trace", "# yesterday\n1ms\n\n2ms\n");
  EXPECT_EQ(inlined("faults: [{with: {delay: {trace: trace}}}]"),
            inlined("faults: [{with: {delay: {trace: [1ms, 2ms]}}}]"));
}

TEST_F(InlinedFiles, SayWhichCannotBeUsed) {
  inlined("faults: [{with: {body_file: nowhere}}]");
  EXPECT_EQ(complaint(),
            "faults[0].with.body_file \"" + (directory / "nowhere").string() + "\" can't be read");
  inlined("faults: [{with: {body_file: [a]}}]");
  EXPECT_EQ(complaint(), "faults[0].with.body_file must be the name of a file, not a list");
  write("binary", "\xff\xfe");
  inlined("faults: [{with: {body_file: binary}}]");
  EXPECT_EQ(complaint(), "faults[0].with.body_file \"" + (directory / "binary").string() +
                             "\" is no UTF-8 text");
  write("long", std::string(256 * 1024 + 1, 'x'));
  inlined("faults: [{variants: [{with: {body_file: long}}]}]");
  EXPECT_EQ(complaint(), "faults[0].variants[0].with.body_file \"" + (directory / "long").string() +
                             "\" is longer than 256 KiB");
  inlined("faults: [{with: {body: a, body_file: long}}]");
  EXPECT_EQ(complaint(), "faults[0].with.body_file can't stand beside `body`");
}

}  // namespace
}  // namespace firedrill
