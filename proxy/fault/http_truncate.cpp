// http.truncate: a body that stops half-way.

#include "proxy/codec/http/head.h"
#include "proxy/fault/fault.h"

#include <algorithm>
#include <cmath>

namespace firedrill {
namespace {

enum class TruncateEnd : std::uint8_t { fin, rst, hang };
enum class TruncateLength : std::uint8_t { wrong, right };

struct TruncateConfig {
  std::optional<ByteSize> bytes;
  std::optional<Fraction> share;
  TruncateEnd end = TruncateEnd::fin;
  TruncateLength length = TruncateLength::wrong;
};

}  // namespace

template <>
struct Names<TruncateEnd> {
  static constexpr std::pair<std::string_view, TruncateEnd> kAll[] = {
      {"fin", TruncateEnd::fin}, {"rst", TruncateEnd::rst}, {"hang", TruncateEnd::hang}};
};
template <>
struct Kind<TruncateEnd> : EnumKind<TruncateEnd> {};

template <>
struct Names<TruncateLength> {
  static constexpr std::pair<std::string_view, TruncateLength> kAll[] = {
      {"wrong", TruncateLength::wrong}, {"right", TruncateLength::right}};
};
template <>
struct Kind<TruncateLength> : EnumKind<TruncateLength> {};

namespace {

std::uint64_t part(const TruncateConfig& config, std::uint64_t length) {
  if (config.bytes) return config.bytes->bytes;
  return static_cast<std::uint64_t>(std::floor(config.share->value * static_cast<double>(length)));
}

class Truncate final : public BodyStage {
 public:
  explicit Truncate(const TruncateConfig& config) : config_(config) {
    if (config.bytes) left_ = config.bytes->bytes;
  }

  std::optional<std::uint64_t> length(std::optional<std::uint64_t> length) override {
    if (!length) return std::nullopt;
    known_ = true;
    const std::uint64_t sent = part(config_, *length);
    left_ = sent < *length ? std::optional(sent) : std::nullopt;
    return left_ && config_.length == TruncateLength::right ? sent : *length;
  }

  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    if (!left_) return next.payload(payload);
    const ByteView first = payload.first(std::min<std::uint64_t>(*left_, payload.size()));
    if (!first.empty()) next.payload(first);
    *left_ -= first.size();
    const ByteView rest = payload.subspan(first.size());
    // What may be all of the body is not cut.
    if (*left_ != 0 || (!known_ && rest.empty())) return;
    if (config_.end == TruncateEnd::hang) return next.payload(rest, kNever);
    if (config_.length == TruncateLength::right) return next.end(BodyEnd::whole);
    next.end(config_.end == TruncateEnd::rst ? BodyEnd::reset : BodyEnd::fin);
  }

 private:
  TruncateConfig config_;
  // How much payload is still to pass; nothing when all is: there is no more than that, or it is a
  // share of nobody knows how much.
  std::optional<std::uint64_t> left_;
  bool known_ = false;  // how long the body is, and that it is longer than what is sent of it
};

class HttpTruncate final : public FaultSpec {
 public:
  using Config = TruncateConfig;

  static const Params<Config>& params();

  explicit HttpTruncate(const Config& config) : config_(config) {}

  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict, Rng&) const override {
    const http::Framing& framing = response.head.framing;
    const bool known = framing.kind == http::Framing::Kind::length;
    if (!response.has_body || (known && part(config_, framing.length) >= framing.length)) {
      return Applied::no;
    }
    verdict.edit.stage = std::make_unique<Truncate>(config_);
    if (config_.share && !known) verdict.edit.body = unchanged;
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return true; }

 private:
  // Has the body gathered, so that its length is known.
  static std::optional<Bytes> unchanged(ByteView payload) {
    return Bytes(payload.begin(), payload.end());
  }

  Config config_;
};

const Params<HttpTruncate::Config>& HttpTruncate::params() {
  static const auto params =
      Params<Config>()
          .optional("bytes", &Config::bytes, "How much of the body is sent.")
          .optional("share", &Config::share,
                    "Instead of bytes: which part of the body is sent. A body whose length is not "
                    "told in its head is gathered first, up to 1 MiB; a longer one, or a stream of "
                    "events, passes whole.")
          .optional("end", &Config::end,
                    "What follows: fin and rst close the connection; hang sends nothing more and "
                    "keeps it open, and the rest of the body comes when the fault ends.")
          .optional("length", &Config::length,
                    "wrong keeps the Content-Length, or leaves out the last chunk, so that the "
                    "client can tell; right corrects it, so that the short body looks whole and "
                    "the connection goes on.")
          .check("bytes",
                 [](const Config& config) {
                   return config.bytes.has_value() == config.share.has_value()
                              ? "must be given, or share instead of it"
                              : "";
                 })
          .check("share",
                 [](const Config& config) {
                   return config.share && config.share->value >= 1 ? "must be less than 100%" : "";
                 })
          .check("end", [](const Config& config) {
            const bool right = config.length == TruncateLength::right;
            return right && config.end != TruncateEnd::fin
                       ? "must be fin with length: right, where the message ends as it should"
                       : "";
          });
  return params;
}

}  // namespace

extern constinit const FaultType kHttpTruncate = fault_type<HttpTruncate>({
    .name = "http.truncate",
    .family = Family::http,
    .summary = "Sends a part of a response's body and then no more of it.",
    .reaches_upstream = "Yes: the response that is cut is the upstream's.",
    .client_sees =
        "The head and the first part of the body. Then, with length wrong, a connection that is "
        "closed (fin) or reset (rst) in the middle of the message (curl: 18 or 56), or that stays "
        "silent until the fault ends (hang); with length right, a whole but shorter message. Where "
        "the end of the connection is the end of the body, fin can't be told from a whole one. A "
        "response without a body, or with one that is no longer than what is sent, passes as it "
        "is and counts as skipped.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
