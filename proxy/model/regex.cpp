#include "proxy/model/regex.h"

#include <re2/re2.h>

namespace firedrill {
namespace {

// In RE2's instructions; about a hundred times what people write. A faulty or hostile pattern such
// as ((a{100}){100}){100} must cost neither memory nor a second of start-up.
constexpr int kLargestProgram = 10'000;
constexpr std::int64_t kMemory = 4 << 20;

}  // namespace

std::optional<Regex> Regex::compile(const std::string& pattern, const Value& value,
                                    const std::string& path, Problems& problems, Case letters) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  options.set_case_sensitive(letters == Case::counts);
  auto compiled = std::make_shared<const re2::RE2>(pattern, options);
  if (!compiled->ok()) {
    problems.push_back(
        {path, "must be a regular expression of RE2: " + compiled->error(), value.at()});
    return std::nullopt;
  }
  if (compiled->ProgramSize() > kLargestProgram) {
    problems.push_back({path, "must be a smaller regular expression", value.at()});
    return std::nullopt;
  }
  return Regex(std::move(compiled));
}

bool Regex::matches(std::string_view text) const {
  return re2::RE2::FullMatch(text, *compiled_);
}

bool Regex::occurs_in(std::string_view text) const {
  return re2::RE2::PartialMatch(text, *compiled_);
}

std::optional<Regex> Kind<Regex>::read(const Value& value, const std::string& path,
                                       Problems& problems) {
  const std::string* pattern = kind::word(value);
  if (pattern == nullptr) return kind::refuse(value, path, expected(), problems);
  return Regex::compile(*pattern, value, path, problems);
}

}  // namespace firedrill
