#include "control/config/inlined_files.h"

#include "proxy/core/kind.h"
#include "proxy/core/utf8.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace firedrill {
namespace {

constexpr std::size_t kMostValues = 10'000;
constexpr std::size_t kLongestText = 256 * 1024;  // what the admin API takes as well

// Parameters that name a file, and those that its text stands for.
struct TextFile {
  std::string_view key;
  std::string_view text;
};
constexpr std::array kTextFiles{TextFile{"body_file", "body"}, TextFile{"page_file", "page"},
                                TextFile{"payload_file", "payload"}};

class Inliner {
 public:
  Inliner(std::string directory, Problems& problems)
      : directory_(std::move(directory)), problems_(problems) {}

  // The same fault, with the files that its parameters name read.
  Value read_fault(const Value& fault, const std::string& path) {
    if (fault.map() == nullptr) return fault;
    Value::Map entries = *fault.map();
    for (auto& [key, value, at] : entries) {
      const std::string place = path + "." + key;
      if (key == "with") value = read_parameters(value, place);
      if (key == "variants") value = read_variants(value, place);
    }
    return Value(std::move(entries), fault.at());
  }

 private:
  Value read_variants(const Value& variants, const std::string& path) {
    if (variants.list() == nullptr) return variants;
    Value::List items = *variants.list();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].map() == nullptr) continue;
      for (auto& [key, value, at] : *items[i].map()) {
        if (key == "with") value = read_parameters(value, index(path, i) + ".with");
      }
    }
    return Value(std::move(items), variants.at());
  }

  Value read_parameters(const Value& with, const std::string& path) {
    Value read = read_traces(with, path);
    if (read.map() == nullptr) return read;
    for (auto& [key, value, at] : *read.map()) {
      const auto known = std::ranges::find(kTextFiles, key, &TextFile::key);
      if (known == kTextFiles.end()) continue;
      const std::string place = path + "." + key;
      if (with.find(known->text) != nullptr) {
        std::string wrong = "can't stand beside `";
        problems_.push_back({place, wrong.append(known->text).append("`"), at});
        continue;
      }
      value = read_text(value, place);
      key = known->text;
    }
    return read;
  }

  // The same tree, with traces in it read.
  Value read_traces(const Value& value, const std::string& path) {
    if (const auto* list = value.list()) {
      Value::List items;
      for (std::size_t i = 0; i < list->size(); ++i) {
        items.push_back(read_traces((*list)[i], index(path, i)));
      }
      return Value(std::move(items), value.at());
    }
    if (value.map() == nullptr) return value;
    Value::Map entries;
    const bool distribution = is_distribution(*value.map());
    for (const auto& [key, item, at] : *value.map()) {
      const std::string place = path + "." + key;
      const bool file = distribution && key == "trace" && names_trace(item);
      entries.push_back({key, file ? read_trace(item, place) : read_traces(item, place), at});
    }
    return Value(std::move(entries), value.at());
  }

  // Whether these may be the keys of a distribution by trace, and nothing else that has a trace.
  static bool is_distribution(const Value::Map& map) {
    return std::ranges::all_of(map, [](const Value::Entry& entry) {
      return entry.key == "trace" || entry.key == "min" || entry.key == "max";
    });
  }
  static bool names_trace(const Value& value) {
    return value.text() != nullptr && !parse_duration(value.text()->text);
  }
  static std::string index(const std::string& path, std::size_t i) {
    return path + "[" + std::to_string(i) + "]";
  }

  std::filesystem::path file_of(const Value& name) const {
    return std::filesystem::path(directory_) / name.text()->text;
  }

  // The file that is named, opened; a problem when it can't be.
  std::ifstream open(const Value& name, const std::string& path) {
    const auto file = file_of(name);
    std::ifstream stream(file, std::ios::binary);
    std::error_code ec;
    if (!stream || std::filesystem::is_directory(file, ec)) {
      complain(name, path, "can't be read");
      stream.setstate(std::ios::failbit);
    }
    return stream;
  }

  void complain(const Value& name, const std::string& path, std::string_view what) {
    std::string text = "\"" + file_of(name).string() + "\" ";
    problems_.push_back({path, text.append(what), name.at()});
  }

  Value read_trace(const Value& name, const std::string& path) {
    std::ifstream stream = open(name, path);
    if (!stream) return name;
    Value::List values;
    std::string line;
    for (int number = 1; std::getline(stream, line) && values.size() <= kMostValues; ++number) {
      if (line.empty() || line.starts_with('#')) continue;
      if (!parse_duration(line)) {
        complain(name, path,
                 "has no duration in line " + std::to_string(number) +
                     "; write one such as 12.5ms in each");
        return name;
      }
      values.push_back(Value({Value::Scalar::plain, line}, name.at()));
    }
    if (values.empty() || values.size() > kMostValues) {
      complain(name, path, "must have from 1 to " + std::to_string(kMostValues) + " durations");
      return name;
    }
    return Value(std::move(values), name.at());
  }

  Value read_text(const Value& name, const std::string& path) {
    if (name.text() == nullptr) {
      kind::refuse(name, path, "the name of a file", problems_);
      return name;
    }
    std::ifstream stream = open(name, path);
    if (!stream) return name;
    std::string text(kLongestText + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kLongestText) complain(name, path, "is longer than 256 KiB");
    if (valid_utf8(text) != text) complain(name, path, "is no UTF-8 text");
    return Value({Value::Scalar::string, std::move(text)}, name.at());
  }

  std::string directory_;
  Problems& problems_;
};

}  // namespace

Value with_inlined_files(const Value& config, const std::string& directory, Problems& problems) {
  const Value* faults = config.find("faults");
  if (faults == nullptr || faults->list() == nullptr) return config;
  Inliner inliner(directory, problems);
  Value::List read;
  for (const Value& fault : *faults->list()) {
    read.push_back(inliner.read_fault(fault, "faults[" + std::to_string(read.size()) + "]"));
  }
  Value::Map entries = *config.map();
  const auto entry = std::ranges::find(entries, "faults", &Value::Entry::key);
  entry->value = Value(std::move(read), faults->at());
  return Value(std::move(entries), config.at());
}

}  // namespace firedrill
