#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace firedrill::cli {

// Does what the words after the program's name ask for, and gives the status to exit with.
int run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace firedrill::cli
