#include "control/instance.h"
#include "tests/control/open_store.h"
#include "tests/control/running_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace firedrill {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kAdmin = "admin: {listen: \"127.0.0.1:0\"}\nworkers: 1\n";

// A file with tokens, which goes with the test.
struct TokensFile {
  explicit TokensFile(const std::string& text) { write(text); }
  ~TokensFile() { std::filesystem::remove(path); }
  TokensFile(const TokensFile&) = delete;
  TokensFile& operator=(const TokensFile&) = delete;

  void write(const std::string& text) const {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), 0600);
  }

  const std::string path = testing::TempDir() + "instance_tokens" + std::to_string(::getpid());
};

unsigned status(const Instance& instance, const std::string& token, const std::string& path) {
  const auto client =
      admin::Client::make({.address = instance.admin_address(), .token = Secret(token)});
  return client.value().get(path).value().status;
}

std::string journal_of(const Instance& instance, const std::string& token = "") {
  const auto client =
      admin::Client::make({.address = instance.admin_address(), .token = Secret(token)});
  return client.value().get("/v1/journal").value().text;
}

TEST(Instance, OutlivesALoaderThatThrows) {
  const auto instance = Instance::start(config_of(kAdmin), []() -> Loaded {
                          throw std::runtime_error("no disk");
                        }).value();
  EXPECT_THAT(describe(instance->reload({.who = "signal"})), HasSubstr("no disk"));
  EXPECT_EQ(status(*instance, "", "/healthz"), 200u);
}

TEST(Instance, TellsTheLogWhereAMistakeIsAndTheJournalWhatItIs) {
  const auto instance =
      Instance::start(config_of(kAdmin), [] {
        return Loaded{.config = {},
                      .problems = {{"drill.yaml", {"faults[0].with.delay", "is odd", {3, 9}}}}};
      }).value();
  testing::internal::CaptureStderr();
  const Problems problems = instance->reload({.who = "signal"});
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_THAT(describe(problems), HasSubstr("faults[0].with.delay: is odd"));
  EXPECT_THAT(logged, HasSubstr("at=drill.yaml:3:9"));
  EXPECT_THAT(logged, Not(HasSubstr("fault")));
  EXPECT_THAT(journal_of(*instance), HasSubstr("drill.yaml:3:9: faults[0].with.delay: is odd"));
}

TEST(Instance, TakesTheTokensOfTheFileAtEachReload) {
  const TokensFile tokens("operator:bob:old\n");
  const std::string yaml =
      "admin: {listen: \"127.0.0.1:0\", tokens_file: " + tokens.path + "}\nworkers: 1\n";
  const auto instance = Instance::start(config_of(yaml), [&] {
                          return Loaded{.config = config_of(yaml), .problems = {}};
                        }).value();
  tokens.write("operator:bob:new\n");
  EXPECT_EQ(status(*instance, "old", "/v1/config"), 200u);
  ASSERT_EQ(describe(instance->reload({.who = "signal"})), "");
  EXPECT_EQ(status(*instance, "old", "/v1/config"), 404u);
  EXPECT_EQ(status(*instance, "new", "/v1/config"), 200u);
  tokens.write("king:bob:newer\n");
  EXPECT_NE(describe(instance->reload({.who = "signal"})), "");
  EXPECT_EQ(status(*instance, "new", "/v1/config"), 200u);
}

TEST(Instance, RecordsOnePeekASecondAndTheBeginningOfItsPath) {
  const TokensFile tokens("operator:bob:o\nviewer:ann:v\n");
  const std::string yaml =
      "admin: {listen: \"127.0.0.1:0\", tokens_file: " + tokens.path + "}\nworkers: 1\n";
  const auto instance = Instance::start(config_of(yaml), {}).value();
  for (int i = 0; i < 20; ++i) status(*instance, "v", "/v1/faults/" + std::string(1000, 'x'));
  const std::string journal = journal_of(*instance, "o");
  std::size_t peeks = 0;
  for (std::size_t at = 0; (at = journal.find("\"peek\"", at)) != std::string::npos; ++at) ++peeks;
  EXPECT_GE(peeks, 1u);
  EXPECT_LT(peeks, 10u);
  EXPECT_THAT(journal, Not(HasSubstr(std::string(201, 'x'))));
}

}  // namespace
}  // namespace firedrill
