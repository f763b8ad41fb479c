#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// The corpus under tests/codec/hostile, whose README describes the files.
namespace firedrill::http {

struct HostileCase {
  std::string name;
  std::string verdict = {};  // "forward", "incomplete" or "refuse"
  int status = 0;            // of a refused request
  std::string reason = {};   // of what is refused, as text_of() has it
  std::string message = {};
};

// The bytes that a text with escapes stands for.
inline std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    switch (text.at(++i)) {
      case 'r':
        bytes += '\r';
        break;
      case 'n':
        bytes += '\n';
        break;
      case 't':
        bytes += '\t';
        break;
      case '\\':
        bytes += '\\';
        break;
      case 'x':
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      case '{': {
        const std::size_t colon = text.find(':', i);
        const std::size_t end = text.find('}', colon);
        const std::string once = unescaped(text.substr(colon + 1, end - colon - 1));
        for (int n = std::stoi(std::string(text.substr(i + 1, colon - i - 1))); n > 0; --n) {
          bytes += once;
        }
        i = end;
        break;
      }
      default:
        throw std::invalid_argument("an unknown escape in " + std::string(text));
    }
  }
  return bytes;
}

inline std::vector<HostileCase> read_hostile(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("can't read " + file.string());
  std::vector<HostileCase> cases;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (!line.starts_with("  ")) {
      cases.push_back({.name = line});
      continue;
    }
    HostileCase& one = cases.back();
    if (!one.verdict.empty()) {
      one.message += unescaped(line.substr(2));
      continue;
    }
    std::istringstream words(line);
    std::vector<std::string> said;
    for (std::string word; words >> word;) said.push_back(word);
    one.verdict = said.front();
    if (said.size() > 1) one.reason = said.back();
    if (said.size() > 2) one.status = std::stoi(said[1]);
  }
  return cases;
}

}  // namespace firedrill::http
