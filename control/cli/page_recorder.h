#pragma once

#include "proxy/core/bytes.h"
#include "proxy/core/result.h"

#include <string>

namespace firedrill::cli {

// Makes a page of http.status out of a response as it comes from a server: the body is taken out of
// its framing, the length is made right, and the fields of the connection are left out. All else
// stays as it came: order, case and values.
class PageRecorder {
 public:
  enum class State : std::uint8_t { wants_more, whole };

  // Takes what was read. What it can't make a page of is a problem.
  Result<State> feed(ByteView bytes);
  // The server has closed the connection.
  Result<> close();

  // The page, once it is whole.
  const std::string& page() const { return page_; }

 private:
  enum class Input : std::uint8_t { open, closed };
  Result<State> read(Input input);

  Bytes received_;
  std::string page_;
};

}  // namespace firedrill::cli
