#include "control/config/trace_files.h"

#include "proxy/core/units.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace firedrill {
namespace {

constexpr std::size_t kMostValues = 10'000;
constexpr std::size_t kMostPage = std::size_t{288} << 10;  // a body of 256 KiB and its head

class Traces {
 public:
  Traces(std::string directory, Problems& problems)
      : directory_(std::move(directory)), problems_(problems) {}

  // The same fault, with traces in its parameters read.
  Value read_fault(const Value& fault, const std::string& path) {
    if (fault.map() == nullptr) return fault;
    Value::Map entries = *fault.map();
    for (auto& [key, value, at] : entries) {
      if (key == "with" || key == "variants") value = read(value, path + "." + key);
    }
    return Value(std::move(entries), fault.at());
  }

 private:
  // The same parameters with the page that a file holds.
  Value with_page(const Value& with, const std::string& path) {
    const Value* const name = with.find("page_file");
    if (name == nullptr || name->text() == nullptr) return with;
    const auto file = std::filesystem::path(directory_) / name->text()->text;
    std::ifstream stream(file, std::ios::binary);
    std::string page(kMostPage + 1, '\0');
    stream.read(page.data(), static_cast<std::streamsize>(page.size()));
    page.resize(static_cast<std::size_t>(stream.gcount()));
    std::string wrong;
    if (page.empty()) wrong = "\"" + file.string() + "\" can't be read, or is empty";
    if (page.size() > kMostPage) wrong = "\"" + file.string() + "\" is too large";
    if (with.find("page") != nullptr) wrong = "can't stand beside page";
    if (!wrong.empty()) {
      problems_.push_back({path + ".page_file", wrong, name->at()});
      return with;
    }
    Value::Map entries = *with.map();
    const auto entry = std::ranges::find(entries, "page_file", &Value::Entry::key);
    entry->key = "page";
    entry->value = Value({Value::Scalar::string, std::move(page)}, name->at());
    return Value(std::move(entries), with.at());
  }

  // The same tree, with traces in it read.
  Value read(const Value& value, const std::string& path) {
    if (const auto* list = value.list()) {
      Value::List items;
      for (std::size_t i = 0; i < list->size(); ++i) {
        items.push_back(read((*list)[i], path + "[" + std::to_string(i) + "]"));
      }
      return Value(std::move(items), value.at());
    }
    if (value.map() == nullptr) return value;
    Value::Map entries;
    const bool distribution = is_distribution(*value.map());
    for (const auto& [key, item, at] : *value.map()) {
      const std::string place = path + "." + key;
      const bool file = distribution && key == "trace" && names_file(item);
      entries.push_back({key, file ? read_file(item, place) : read(item, place), at});
    }
    return with_page(Value(std::move(entries), value.at()), path);
  }

  // Whether these may be the keys of a distribution by trace, and nothing else that has a trace.
  static bool is_distribution(const Value::Map& map) {
    return std::ranges::all_of(map, [](const Value::Entry& entry) {
      return entry.key == "trace" || entry.key == "min" || entry.key == "max";
    });
  }
  static bool names_file(const Value& value) {
    return value.text() != nullptr && !parse_duration(value.text()->text);
  }

  Value read_file(const Value& name, const std::string& path) {
    const auto file = std::filesystem::path(directory_) / name.text()->text;
    std::ifstream stream(file);
    if (!stream || std::filesystem::is_directory(file)) {
      problems_.push_back({path, "\"" + file.string() + "\" can't be read", name.at()});
      return name;
    }
    Value::List values;
    std::string line;
    for (int number = 1; std::getline(stream, line) && values.size() <= kMostValues; ++number) {
      if (line.empty() || line.starts_with('#')) continue;
      if (!parse_duration(line)) {
        problems_.push_back({path,
                             "\"" + file.string() + "\" has no duration in line " +
                                 std::to_string(number) + "; write one such as 12.5ms in each",
                             name.at()});
        return name;
      }
      values.push_back(Value({Value::Scalar::plain, line}, name.at()));
    }
    if (values.empty() || values.size() > kMostValues) {
      problems_.push_back({path,
                           "\"" + file.string() + "\" must have from 1 to " +
                               std::to_string(kMostValues) + " durations",
                           name.at()});
      return name;
    }
    return Value(std::move(values), name.at());
  }

  std::string directory_;
  Problems& problems_;
};

}  // namespace

Value with_traces(const Value& config, const std::string& directory, Problems& problems) {
  const Value* faults = config.find("faults");
  if (faults == nullptr || faults->list() == nullptr) return config;
  Traces traces(directory, problems);
  Value::List read;
  for (const Value& fault : *faults->list()) {
    read.push_back(traces.read_fault(fault, "faults[" + std::to_string(read.size()) + "]"));
  }
  Value::Map entries = *config.map();
  const auto entry = std::ranges::find(entries, "faults", &Value::Entry::key);
  entry->value = Value(std::move(read), faults->at());
  return Value(std::move(entries), config.at());
}

}  // namespace firedrill
