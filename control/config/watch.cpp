#include "control/config/watch.h"

#include "control/config/load.h"

#include <utility>

namespace firedrill {

ConfigWatch::ConfigWatch(std::string path) : path_(std::move(path)), seen_(look()) {}

bool ConfigWatch::changed() {
  std::vector<FileState> now = look();
  const bool same = now == seen_;
  seen_ = std::move(now);
  return !same;
}

std::vector<ConfigWatch::FileState> ConfigWatch::look() const {
  std::vector<FileState> states;
  for (const std::string& file : config_files(path_)) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) continue;
    states.push_back({.file = file,
                      .inode = status.st_ino,
                      .seconds = status.st_mtim.tv_sec,
                      .nanoseconds = status.st_mtim.tv_nsec});
  }
  return states;
}

}  // namespace firedrill
