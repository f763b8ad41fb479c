#pragma once

#include "proxy/codec/http/forward.h"
#include "proxy/session/body_relay.h"
#include "proxy/session/http_faults.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace firedrill {

// More than this of a body is never gathered for an edit that needs the whole: it passes unedited.
inline constexpr std::size_t kMostCollected = 1_MiB;

// How a body will be sent.
struct BodyPlan {
  BodyForm form = BodyForm::as_is;
  std::optional<std::uint64_t> length = {};  // what the head has to say, where it says it
};

// Of a body that is a stream of them.
enum class Events : std::uint8_t {
  none,
  counted,  // and left as they are
  changed,  // or to be changed by a fault that is still to come
};

// `framing` is the message's own; `length` that of the payload, when it was gathered to be edited;
// `receiver` the minor version of HTTP/1 that the receiver understands. A body that nothing happens
// to goes on as it is, or without its chunks where the receiver knows none.
BodyPlan plan_body(const http::Framing& framing, std::optional<std::uint64_t> length,
                   MessageEdits& edits, Events events, int receiver);

// What the forwarded head needs for the plan.
http::FramingFields framing_fields(const BodyPlan& plan);

// The head, of which these are the pieces, with its length made right and the edits applied.
std::string edited_head(std::span<const std::string_view> pieces, const BodyPlan& plan,
                        const MessageEdits& edits);

// Applies the edits of the whole payload, one after the other. Those that can't be done are counted
// as such, and what they wanted of the head falls with them.
Bytes edited_payload(Bytes payload, MessageEdits& edits, HttpFaults& faults);

// The framing of a payload that is at hand.
inline http::Framing whole(ByteView payload) {
  return {.kind = http::Framing::Kind::length, .length = payload.size()};
}

// Does so with all of them, as none can be done; stages do their work as the payload passes.
void give_up_payload(MessageEdits& edits, HttpFaults& faults);

}  // namespace firedrill
