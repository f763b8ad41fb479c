#include "control/config/load.h"

#include "control/config/inlined_files.h"
#include "control/config/yaml.h"
#include "proxy/session/file_text.h"

#include <algorithm>
#include <filesystem>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string file;
  Value value;
};

// The text of a file, or the problem of reading it. A little more than the limit is read, so that
// the parser sees that it is too long.
std::optional<std::string> read_text(const std::string& file, std::vector<FileProblem>& problems) {
  auto text = file_text(file, TextLimits{}.bytes + 1);
  if (text.has_error()) {
    problems.push_back({file, text.error().front()});
    return std::nullopt;
  }
  return std::move(*text);
}

bool is_joined(std::string_view key) {
  return key == "proxies" || key == "faults" || key == "profiles";
}

// One tree of all files.
Value merge(const std::vector<Source>& sources, std::vector<FileProblem>& problems) {
  Value::Map merged;
  for (const Source& source : sources) {
    if (source.value.is_null()) continue;  // all comments
    if (source.value.map() == nullptr) {
      const std::string what = "must be a map, not " + source.value.describe();
      problems.push_back({source.file, {"", what, source.value.at()}});
      continue;
    }
    for (const auto& entry : *source.value.map()) {
      const auto known = std::ranges::find(merged, entry.key, &Value::Entry::key);
      if (known == merged.end()) {
        merged.push_back(entry);
      } else if (is_joined(entry.key) && known->value.list() != nullptr &&
                 entry.value.list() != nullptr) {
        Value::List list = *known->value.list();
        list.insert(list.end(), entry.value.list()->begin(), entry.value.list()->end());
        known->value = Value(std::move(list), known->value.at());
      } else {
        problems.push_back(
            {source.file,
             {entry.key, "is in another file already; it may be in one only", entry.at}});
      }
    }
  }
  return Value(std::move(merged));
}

}  // namespace

std::string FileProblem::place() const {
  if (problem.at.line == 0) return file;
  return file + ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column);
}

std::string FileProblem::text() const {
  return place() + ": " + (problem.path.empty() ? "" : problem.path + ": ") + problem.what;
}

// What can't be looked at is left out, or is found missing when it is read.
std::vector<std::string> config_files(const std::string& path) {
  std::error_code ec;
  if (!fs::is_directory(path, ec)) return {path};
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, ec), end; !ec && entry != end; entry.increment(ec)) {
    const auto extension = entry->path().extension();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry->path().string());
  }
  std::ranges::sort(files);
  return files;
}

Loaded load_config(const std::string& path) {
  Loaded loaded;
  std::vector<Source> sources;
  const auto files = config_files(path);
  if (files.empty()) loaded.problems.push_back({path, {"", "has no *.yaml file"}});
  for (const std::string& file : files) {
    const auto text = read_text(file, loaded.problems);
    if (!text) continue;
    auto value = parse_yaml(*text);
    if (value.has_value()) {
      Problems unread;
      Value whole = with_inlined_files(*value, fs::path(file).parent_path().string(), unread);
      for (const Problem& problem : unread) loaded.problems.push_back({file, problem});
      whole.set_file(static_cast<int>(sources.size()));
      sources.push_back({file, std::move(whole)});
      continue;
    }
    for (const Problem& problem : value.error()) loaded.problems.push_back({file, problem});
  }
  if (!loaded.problems.empty()) return loaded;
  const Value merged =
      sources.size() == 1 ? sources.front().value : merge(sources, loaded.problems);
  auto config = read_config(merged);
  if (config.has_error()) {
    for (const Problem& problem : config.error()) {
      loaded.problems.push_back({sources[static_cast<std::size_t>(problem.at.file)].file, problem});
    }
  }
  if (loaded.problems.empty()) loaded.config = std::move(*config);
  return loaded;
}

}  // namespace firedrill
