#pragma once

#include "proxy/core/result.h"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace firedrill {

// The audit journal: what was changed, by whom and why, in the order in which it happened. It is
// appended as JSON lines to a file (created 0600), or sent to a Unix datagram or stream socket, so
// that nothing of it reaches the log. The last records, so many as fit into some megabytes, are
// also kept for the admin API. It belongs to one thread. A target that fails never holds up the
// change that it should have recorded: what could not be written is counted, and logged when it
// begins.
class Journal {
 public:
  struct Entry {
    std::string who;      // a token's name, or "local"
    std::string from;     // an address
    std::string what;     // "fault.enable"
    std::string subject;  // the name of what was changed
    std::string reason = {};
    boost::json::value diff = nullptr;
  };
  struct Record {
    std::uint64_t number;  // from 1, without gaps
    std::chrono::system_clock::time_point time;
    Entry entry;
  };

  // `target` is a file's path, "unix:" and the path of a socket, or "" for the ring alone. A file
  // that cannot be opened is a problem; a socket may come later, and is tried again at each record.
  static Result<Journal> open(std::string target);

  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;
  ~Journal();

  // Gives the record as it was made.
  Record add(Entry entry);

  // Opens the target again, after its file was rotated.
  void reopen();

  // The last records as JSON, oldest first, from the record numbered `after` + 1 on.
  std::vector<std::string> recent(std::uint64_t after = 0) const;

  // How many records the target did not take.
  std::uint64_t lost() const { return lost_; }

 private:
  explicit Journal(std::string target) : target_(std::move(target)) {}

  bool connect_or_open();
  void keep(std::uint64_t number, std::string line);
  void write(std::string line);
  void drop_target();

  std::string target_;
  int fd_ = -1;
  std::uint64_t next_ = 1;
  std::uint64_t lost_ = 0;
  bool failing_ = false;
  bool torn_ = false;  // the file ends within a line
  struct Kept {
    std::uint64_t number;
    std::string line;
  };
  std::deque<Kept> ring_;
  std::size_t ring_bytes_ = 0;
};

boost::json::value to_json(const Journal::Record& record);

}  // namespace firedrill
