#include "proxy/core/fields.h"

#include <algorithm>
#include <numeric>

namespace firedrill {
namespace {

constexpr std::string_view kRequired = "is required";

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64;  // a key of a mebibyte is nobody's typing mistake
  if (word.size() > kLongest) return {};
  std::size_t best = 1 + word.size() / 3;
  std::string_view found;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(word, candidate);
    if (edits <= best && (found.empty() || edits < best)) {
      best = edits;
      found = candidate;
    }
  }
  return found;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const auto found = nearest(word, candidates);
  return found.empty() ? "" : "; did you mean \"" + std::string(found) + "\"?";
}

Fields::Fields(const Value& value, std::string path, Problems& problems)
    : value_(value), path_(std::move(path)), problems_(problems) {
  if (value.map() == nullptr && !value.is_null()) {
    problems_.push_back({path_, "must be a map, not " + value.describe(), value.at()});
  }
}

const Value* Fields::optional(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  const Value* found = value_.find(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const Value* Fields::required(std::string_view key) {
  const Value* found = optional(key);
  if (found == nullptr) complain(key, std::string(kRequired));
  return found;
}

void Fields::complain(std::string_view key, std::string what) {
  const Value* found = value_.find(key);
  problems_.push_back(
      {path_of(key), std::move(what), found == nullptr ? value_.at() : found->at()});
}

void Fields::finish() {
  if (value_.map() == nullptr) return;
  for (const auto& entry : *value_.map()) {
    if (std::ranges::find(known_, entry.key) != known_.end()) continue;
    forgive_missing(nearest(entry.key, known_));
    std::string what = "is not a known key" + suggestion(entry.key, known_);
    if (nearest(entry.key, known_).empty()) {
      what += "; known are ";
      for (std::size_t i = 0; i < known_.size(); ++i) what += (i == 0 ? "" : ", ") + known_[i];
      if (known_.empty()) what += "none";
    }
    problems_.push_back({path_of(entry.key), std::move(what), entry.at});
  }
}

// A required key that is there under a misspelt name is one mistake, not two.
void Fields::forgive_missing(std::string_view key) {
  if (key.empty()) return;
  const std::string path = path_of(key);
  std::erase_if(problems_, [&](const Problem& problem) {
    return problem.path == path && problem.what == kRequired;
  });
}

std::string Fields::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

}  // namespace firedrill
