#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace firedrill {

// Looks whether a configuration has changed: a file, or a directory with its files. A mounted
// ConfigMap changes by the swap of a symlink, which this sees.
class ConfigWatch {
 public:
  // The state from which it compares is that of now: make it before the configuration is loaded.
  explicit ConfigWatch(std::string path);

  // Whether it has changed since the last call, or since the beginning.
  bool changed();

 private:
  struct FileState {
    std::string file;
    ino_t inode = 0;
    time_t seconds = 0;
    long nanoseconds = 0;
    bool operator==(const FileState&) const = default;
  };

  std::vector<FileState> look() const;

  std::string path_;
  std::vector<FileState> seen_;
};

}  // namespace firedrill
