#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::http {

// A message head taken apart into its lines, so that a fault can change them. What it does not
// touch keeps its bytes. Nothing here is checked: a fault may mean to break the head.
class EditableHead {
 public:
  // A line with its CRLF taken away; `name` is what stands before its first colon, as written.
  struct Line {
    std::string text;
    std::string_view name() const;
    std::string_view value() const;          // without the blanks around it
    bool is(std::string_view wanted) const;  // by name, ignoring case
  };

  // The pieces of one whole head, from its start line to its empty line.
  explicit EditableHead(std::span<const std::string_view> pieces);

  // What is sent before the head, as it is: empty, unless a fault wants an interim response there.
  std::string before;
  std::string start_line;  // without its CRLF
  std::vector<Line> lines;

  // The value of the first line of that name.
  std::optional<std::string_view> value(std::string_view name) const;

  // Gives the first line of that name this value, in its place and as its name is written there,
  // and takes the others away; without one, adds the line at the end.
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  // The whole head, its empty line included.
  std::string text() const;
};

}  // namespace firedrill::http
