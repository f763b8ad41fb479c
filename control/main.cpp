#include "control/cli/run.h"

#include <exception>
#include <iostream>

int main(int count, char** words) {
  try {
    return firedrill::cli::run({words + 1, words + count}, std::cout, std::cerr);
  } catch (const std::exception& problem) {
    std::cerr << "firedrill: " << problem.what() << '\n';
    return 1;
  }
}
