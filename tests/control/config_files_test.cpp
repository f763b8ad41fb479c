#include "control/config/load.h"
#include "control/config/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace firedrill {
namespace {

using testing::HasSubstr;

struct ConfigFiles : testing::Test {
  ConfigFiles() {
    std::string pattern = testing::TempDir() + "configXXXXXX";
    directory = ::mkdtemp(pattern.data());
  }
  ~ConfigFiles() override { std::filesystem::remove_all(directory); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory / (name + ".new")) << text;
    std::filesystem::rename(directory / (name + ".new"), directory / name);
  }

  std::filesystem::path directory;
};

TEST_F(ConfigFiles, OfADirectoryAreAllMaps) {
  write("a.yaml", "environment: test\n");
  write("b.yaml", "# nothing but a comment\n");
  EXPECT_TRUE(load_config(directory).config);
  write("c.yaml", "- {name: forgotten, type: http.status}\n");
  const Loaded loaded = load_config(directory);
  ASSERT_EQ(loaded.problems.size(), 1u);
  EXPECT_THAT(loaded.problems.front().text(), HasSubstr("c.yaml:1:1: must be a map, not a list"));
}

TEST_F(ConfigFiles, AreWatchedEachInADirectory) {
  write("a.yaml", "environment: one\n");
  write("b.yaml", "seed: 1\n");
  ConfigWatch watch(directory);
  EXPECT_FALSE(watch.changed());
  write("b.yaml", "seed: 2\n");
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
  write("c.yaml", "watch: true\n");
  EXPECT_TRUE(watch.changed());
  std::filesystem::remove(directory / "a.yaml");
  EXPECT_TRUE(watch.changed());
}

TEST_F(ConfigFiles, AreWatchedThroughTheSwapOfASymlink) {
  write("one", "environment: one\n");
  write("two", "environment: two\n");
  std::filesystem::create_symlink("one", directory / "now.yaml");
  ConfigWatch watch(directory / "now.yaml");
  EXPECT_FALSE(watch.changed());
  std::filesystem::create_symlink("two", directory / "next");
  std::filesystem::rename(directory / "next", directory / "now.yaml");
  EXPECT_TRUE(watch.changed());
}

TEST(Config, ComparesEnvironmentsWithoutRegardToCase) {
  Config config;
  config.environment = "PROD-eu";
  EXPECT_EQ(config.protection(), "prod*");
}

// A configuration with one fault, with these parameters.
std::string with_page(const std::string& parameters) {
  return "proxies: [{name: shop, protocol: http, listen: 127.0.0.1:0, upstream: a:1}]\n"
         "faults: [{name: down, proxy: shop, type: http.status, with: " +
         parameters + "}]\n";
}

TEST_F(ConfigFiles, HoldThePagesOfOtherFiles) {
  write("down.http", "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
  write("a.yaml", with_page("{page_file: down.http}"));
  const Loaded loaded = load_config(directory / "a.yaml");
  ASSERT_TRUE(loaded.config) << loaded.problems.front().text();
  EXPECT_EQ(loaded.config->faults.front().definition.find("with")->find("page")->text()->text,
            "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
}

TEST_F(ConfigFiles, SayWhichPageIsMissingOrWrong) {
  write("a.yaml", with_page("{page_file: down.http}"));
  EXPECT_THAT(load_config(directory).problems.front().text(),
              HasSubstr("faults[0].with.page_file: \"" + (directory / "down.http").string() +
                        "\" can't be read"));
  write("down.http", "nothing");
  EXPECT_THAT(load_config(directory / "a.yaml").problems.front().text(),
              HasSubstr("a.yaml:2:73: faults[0].with.page: is no HTTP response"));
  write("a.yaml", with_page("{page_file: down.http, page: x}"));
  EXPECT_THAT(load_config(directory / "a.yaml").problems.front().text(),
              HasSubstr("can't stand beside `page`"));
}

}  // namespace
}  // namespace firedrill
