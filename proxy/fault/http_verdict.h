#pragma once

#include "proxy/core/address.h"
#include "proxy/core/time.h"
#include "proxy/fault/answer.h"
#include "proxy/fault/body_stage.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

// What the http faults are told of an exchange, and what they say of it. A fault is asked when the
// request's head has been read and again when the response's has. The order of what they decide is
// fixed, whatever the order in which they are asked: request delay, request edit, terminal,
// upstream, response delay, response edit, and then the events of a stream.
namespace firedrill {

namespace http {
struct RequestHead;
struct ResponseHead;
class EditableHead;
}  // namespace http

enum class Direction : std::uint8_t;

// Whether a fault could be done to what it was asked to change: a value can't change its type where
// there is none. `spared` is for a fault that itself chooses whom to leave alone.
enum class Applied : std::uint8_t { yes, no, spared };

// A request whose head has been read.
struct HttpRequest {
  const http::RequestHead& head;
  Direction direction;  // as the rule was given it
  Cidr::Raw client;     // the client's address
  TimePoint now;
};

// A response whose head has been read: the upstream's, or the one that a fault gives instead.
struct HttpResponse {
  const http::RequestHead& request;  // what it answers
  const http::ResponseHead& head;
  Direction direction;
  bool has_body;  // HEAD, 204 and 304 have none whatever the head says
  TimePoint now;
};

using HeadEdit = std::function<void(http::EditableHead&)>;
// Gives the new payload; nothing when this one can't be edited so.
using BodyEdit = std::function<std::optional<Bytes>(ByteView)>;

// The framing that an edited body needs.
enum class WantedFraming : std::uint8_t { any, chunked };

// Whether the connection can go on after the message.
enum class AfterMessage : std::uint8_t { go_on, close };

// What is done to one message. The length that its head tells is made right again, unless the edit
// of the head comes after that and lies.
struct MessageEdit {
  HeadEdit head = {};
  // Needs the whole payload: it is collected first, as long as it is not too large.
  BodyEdit body = {};
  std::unique_ptr<BodyStage> stage = {};
  WantedFraming framing = WantedFraming::any;
  AfterMessage after = AfterMessage::go_on;

  bool empty() const {
    return !head && !body && stage == nullptr && framing == WantedFraming::any &&
           after == AfterMessage::go_on;
  }
};

// About a request, before it is forwarded. It is one rule's: the session puts them together.
struct RequestVerdict {
  Duration delay{};
  MessageEdit edit = {};
  AnswerPtr answer = {};              // instead of the upstream's
  const Address* upstream = nullptr;  // where the request goes instead; belongs to the fault
};

// About a response, before its head is sent.
struct ResponseVerdict {
  Duration delay{};
  MessageEdit edit = {};
  AnswerPtr answer = {};
};

}  // namespace firedrill
