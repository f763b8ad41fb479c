#pragma once

#include "control/config/config.h"

#include <string>
#include <vector>

namespace firedrill {

// A mistake with the file that it is in.
struct FileProblem {
  std::string file;
  Problem problem;

  std::string place() const;  // "file:line:column"
  std::string text() const;   // "file:line:column: path: what"
};

// What was loaded, or every mistake in every file.
struct Loaded {
  std::optional<Config> config;
  std::vector<FileProblem> problems;
};

// The files that a configuration's path names: itself, or a directory's *.yaml in the order of
// their names.
std::vector<std::string> config_files(const std::string& path);

// Loads a file, or a directory whose *.yaml files are merged in the order of their names: lists of
// proxies, faults and profiles are joined, any other key may stand in one file only.
Loaded load_config(const std::string& path);

}  // namespace firedrill
