#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace firedrill {

// A text that must never be shown. Whoever needs it asks for it by name; everything that prints
// it prints ***.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }
  friend std::string to_string(const Secret&) { return "***"; }

 private:
  std::string text_;
};

}  // namespace firedrill
