#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::cli {

// Rows of cells as text, each column as wide as its widest cell. What does not print (a line end,
// an escape sequence of a terminal) is shown as `?`.
class Table {
 public:
  using Row = std::vector<std::string>;

  Table() = default;
  explicit Table(Row heads) : rows_{std::move(heads)} {}

  void add(Row row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<Row> rows_;
};

}  // namespace firedrill::cli
