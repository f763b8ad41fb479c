#include "proxy/session/edited_message.h"

#include "proxy/codec/http/editable_head.h"

#include <utility>

namespace firedrill {

BodyPlan plan_body(const http::Framing& framing, std::optional<std::uint64_t> length,
                   MessageEdits& edits, Events events, int receiver) {
  using Kind = http::Framing::Kind;
  const bool old = receiver == 0;
  const bool work = !edits.chain.empty() || events != Events::none || length.has_value() ||
                    edits.framing != WantedFraming::any;
  if (!work) {
    const bool chunks_for_old = old && framing.kind == Kind::chunked;
    return {.form = chunks_for_old ? BodyForm::until_close : BodyForm::as_is};
  }
  // There is no body to be framed, but a stage may still want to end the connection.
  if (framing.kind == Kind::none) return {.form = BodyForm::length};
  if (!length && framing.kind == Kind::length) length = framing.length;
  // Told whatever the form: a stage may need to know.
  const auto becomes = edits.chain.length(length);
  if (edits.framing == WantedFraming::chunked && !old) return {.form = BodyForm::chunked};
  if (framing.kind == Kind::until_close) return {.form = BodyForm::until_close};
  if (framing.kind == Kind::length && events != Events::changed && becomes) {
    return {.form = BodyForm::length, .length = becomes};
  }
  return {.form = old ? BodyForm::until_close : BodyForm::chunked};
}

http::FramingFields framing_fields(const BodyPlan& plan) {
  if (plan.form == BodyForm::chunked) return http::FramingFields::chunked;
  if (plan.form == BodyForm::until_close) return http::FramingFields::until_close;
  return http::FramingFields::keep;
}

std::string edited_head(std::span<const std::string_view> pieces, const BodyPlan& plan,
                        const MessageEdits& edits) {
  http::EditableHead head(pieces);
  if (plan.length) {
    const std::string length = std::to_string(*plan.length);
    if (head.value("Content-Length") != length) head.set("Content-Length", length);
  }
  for (const MessageEdits::Head& one : edits.heads) one.edit(head);
  return head.text();
}

namespace {

// What comes out of a stage.
class Collector final : public BodySink {
 public:
  void payload(ByteView bytes, const Hold&) override {
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  void raw(ByteView bytes, const Hold& hold) override { payload(bytes, hold); }
  void end(BodyEnd) override {}

  Bytes all;
};

Bytes through(std::unique_ptr<BodyStage> stage, ByteView payload) {
  BodyChain chain;
  Collector out;
  chain.add(0, std::move(stage));
  chain.length(payload.size());
  chain.start({}, out);
  chain.feed(payload, {}, out);
  chain.finish({}, out);
  return std::move(out.all);
}

// What can't be done to the payload is not done to the head either.
void give_up(const MessageEdits::Body& body, MessageEdits& edits, HttpFaults& faults) {
  faults.count_unfit(body);
  std::erase_if(edits.heads, [&](const MessageEdits::Head& head) { return head.hit == body.hit; });
}

}  // namespace

Bytes edited_payload(Bytes payload, MessageEdits& edits, HttpFaults& faults) {
  for (MessageEdits::Body& body : std::exchange(edits.bodies, {})) {
    if (body.stage != nullptr) {
      payload = through(std::move(body.stage), payload);
    } else if (auto edited = body.edit(payload)) {
      payload = std::move(*edited);
    } else {
      give_up(body, edits, faults);
    }
  }
  return payload;
}

void give_up_payload(MessageEdits& edits, HttpFaults& faults) {
  for (MessageEdits::Body& body : std::exchange(edits.bodies, {})) {
    if (body.stage != nullptr) {
      edits.chain.add(body.key, std::move(body.stage));
    } else {
      give_up(body, edits, faults);
    }
  }
}

}  // namespace firedrill
