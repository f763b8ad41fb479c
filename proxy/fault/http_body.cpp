// http.body: a message that arrives sound and says something else.

#include "proxy/codec/http/editable_head.h"
#include "proxy/codec/http/head.h"
#include "proxy/codec/json/edit.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/json_edit.h"

#include <algorithm>
#include <string>
#include <vector>

namespace firedrill {
namespace {

// Sends another payload instead, as soon as anything comes of the real one.
class Replace final : public BodyStage {
 public:
  explicit Replace(std::string_view text) : text_(text) {}

  BodyWorkOn works_on() const override { return BodyWorkOn::content; }
  std::optional<std::uint64_t> length(std::optional<std::uint64_t>) override {
    return text_.size();
  }
  void on_payload(ByteView, TimePoint, const BodyNext& next) override { send(next); }
  void on_end(TimePoint, const BodyNext& next) override {
    send(next);
    next.end(BodyEnd::whole);
  }

 private:
  void send(const BodyNext& next) { next.payload(as_bytes(std::exchange(text_, {}))); }

  std::string_view text_;  // what is still to be sent
};

class Garble final : public BodyStage {
 public:
  Garble(Fraction share, const Rng& rng) : share_(share), rng_(rng) {}

  BodyWorkOn works_on() const override { return BodyWorkOn::content; }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    Bytes garbled(payload.begin(), payload.end());
    for (std::byte& byte : garbled) {
      if (rng_.unit() < share_.value) byte = other_than(byte);
    }
    next.payload(garbled);
  }

 private:
  std::byte other_than(std::byte byte) {
    const auto other = std::to_integer<std::int64_t>(byte) + rng_.between(std::int64_t{1}, 255);
    return std::byte(other & 0xff);
  }

  Fraction share_;
  Rng rng_;
};

class HttpBody final : public FaultSpec {
 public:
  struct Config {
    std::optional<std::string> replace;
    std::optional<bool> empty;
    std::optional<Fraction> garble;
    std::vector<json::Edit> json;
    std::optional<std::string> content_type;
  };

  static const Params<Config>& params();

  explicit HttpBody(Config config) : config_(std::move(config)) {}

  Applied on_request(const HttpRequest& request, RequestVerdict& verdict, Rng& rng) const override {
    if (request.direction == Direction::response) return Applied::yes;
    const bool has_body = request.head.framing.kind != http::Framing::Kind::none;
    return has_body ? apply(request.head.fields, verdict.edit, rng) : Applied::no;
  }
  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict,
                      Rng& rng) const override {
    if (response.direction == Direction::request) return Applied::yes;
    return response.has_body ? apply(response.head.fields, verdict.edit, rng) : Applied::no;
  }
  bool waits_for_response(Direction direction) const override {
    return direction == Direction::response;
  }

 private:
  Applied apply(const http::FieldList& fields, MessageEdit& edit, const Rng& rng) const;
  void change(http::EditableHead& head) const;
  std::optional<Bytes> edited(ByteView payload) const;

  Config config_;
};

Applied HttpBody::apply(const http::FieldList& fields, MessageEdit& edit, const Rng& rng) const {
  if (!config_.json.empty()) {
    if (fields.find("Content-Encoding") != nullptr) return Applied::no;
    edit.body = [this](ByteView payload) { return edited(payload); };
  } else if (config_.garble) {
    edit.stage = std::make_unique<Garble>(*config_.garble, rng);
  } else {
    // empty replaces by nothing.
    edit.stage = std::make_unique<Replace>(config_.replace ? std::string_view(*config_.replace)
                                                           : std::string_view());
  }
  edit.head = [this](http::EditableHead& head) { change(head); };
  return Applied::yes;
}

// What the head says of the payload and is no longer so.
void HttpBody::change(http::EditableHead& head) const {
  if (config_.replace || config_.empty) head.remove("Content-Encoding");
  if (config_.content_type) head.set("Content-Type", *config_.content_type);
}

std::optional<Bytes> HttpBody::edited(ByteView payload) const {
  const auto text = json::edited(as_text(payload), config_.json);
  if (!text) return std::nullopt;
  const ByteView bytes = as_bytes(*text);
  return Bytes(bytes.begin(), bytes.end());
}

std::string wrong_choice(const HttpBody::Config& config) {
  const int chosen = (config.replace ? 1 : 0) + (config.empty ? 1 : 0) + (config.garble ? 1 : 0) +
                     (config.json.empty() ? 0 : 1);
  return chosen == 1 ? "" : "must be given, or one of empty, garble and json instead of it";
}

std::string wrong_content_type(const HttpBody::Config& config) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const bool wrong = config.content_type && (config.content_type->empty() ||
                                             std::ranges::any_of(*config.content_type, is_control));
  return wrong ? "must be a media type such as application/json" : "";
}

const Params<HttpBody::Config>& HttpBody::params() {
  static const auto params =
      Params<Config>()
          .optional("replace", &Config::replace,
                    "A text to send instead; a Content-Encoding goes with the old one.")
          .optional("empty", &Config::empty, "true sends no payload at all.")
          .optional("garble", &Config::garble,
                    "The share of bytes that is overwritten with others at random; the length "
                    "stays.")
          .optional("json", &Config::json,
                    "Changes of a JSON payload, in their order: {pointer: /a/b, set: VALUE} or "
                    "{pointer: /a/b, remove: true}. All else keeps its bytes. The body is gathered "
                    "first, up to 1 MiB. What is longer or encoded, is no JSON, or lacks one of "
                    "the pointers passes as it is.")
          .optional("content_type", &Config::content_type,
                    "The Content-Type to send; that of the message by default.")
          .check("replace", wrong_choice)
          .check("empty",
                 [](const Config& config) {
                   return config.empty == false ? "must be true, or left out" : "";
                 })
          .check("garble",
                 [](const Config& config) {
                   return config.garble && config.garble->value <= 0 ? "must be more than 0" : "";
                 })
          .check("content_type", wrong_content_type);
  return params;
}

}  // namespace

extern constinit const FaultType kHttpBody = fault_type<HttpBody>({
    .name = "http.body",
    .family = Family::http,
    .summary =
        "Changes the body of requests or responses: another text, none, random bytes, or single "
        "values of a JSON document. The length that the head tells is always right.",
    .reaches_upstream = "Yes; with the changed body when the direction is request or both.",
    .client_sees =
        "The upstream's status and header fields, and a whole message with the changed body when "
        "the direction is response or both. A message without a body, or one that the edit can't "
        "be done to, passes as it is and counts as skipped.",
    .direction = Direction::response,
    .directed = true,
});

}  // namespace firedrill
