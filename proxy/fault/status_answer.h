#pragma once

#include "proxy/fault/answer.h"
#include "proxy/fault/persona.h"
#include "proxy/fault/reach.h"
#include "proxy/fault/recorded_page.h"

#include <optional>
#include <string>

namespace firedrill {

// What a fault answers with when it answers with a status.
struct StatusPage {
  int code = 503;
  Persona persona = Persona::plain;
  std::optional<std::string> body = {};  // instead of the persona's own
};

// Why there is no such page, or "": a code that the persona never answers with, a body where HTTP
// has none.
std::string wrong_code(const StatusPage& page);
std::string wrong_body(const StatusPage& page);

// An answer with a status in both its forms, the one that leaves the connection open and the one
// that closes it, and the bytes that they show.
class StatusAnswer {
 public:
  StatusAnswer(const StatusPage& page, const HeaderLines& headers, Reach reach);
  StatusAnswer(const RecordedPage& page, Reach reach);
  StatusAnswer(const StatusAnswer&) = delete;  // the answers show its own bytes
  StatusAnswer& operator=(const StatusAnswer&) = delete;

  const Answer& answer() const { return answer_; }

 private:
  std::string bytes_;
  std::string closing_bytes_;
  Answer answer_;
  Answer closing_;
};

// The same, made for one request.
AnswerPtr status_answer(const StatusPage& page, const HeaderLines& headers, Reach reach);

}  // namespace firedrill
