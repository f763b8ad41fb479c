// http.malform: a response that is no sound HTTP.

#include "proxy/codec/http/body.h"
#include "proxy/codec/http/editable_head.h"
#include "proxy/codec/http/head.h"
#include "proxy/fault/fault.h"
#include "proxy/fault/header_line.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace firedrill {
namespace {

enum class Malform : std::uint8_t {
  chunk_size,
  missing_terminator,
  duplicate_length,
  wrong_length,
  status_line,
  no_colon,
  oversized_header,
  unexpected_interim,
};

// How far a length is from the right one; never 0.
struct Shift {
  std::int64_t by = 0;
};

}  // namespace

template <>
struct Names<Malform> {
  static constexpr std::pair<std::string_view, Malform> kAll[] = {
      {"chunk_size", Malform::chunk_size},
      {"missing_terminator", Malform::missing_terminator},
      {"duplicate_length", Malform::duplicate_length},
      {"wrong_length", Malform::wrong_length},
      {"status_line", Malform::status_line},
      {"no_colon", Malform::no_colon},
      {"oversized_header", Malform::oversized_header},
      {"unexpected_interim", Malform::unexpected_interim}};
};
template <>
struct Kind<Malform> : EnumKind<Malform> {};

template <>
struct Kind<Shift> {
  static std::optional<Shift> read(const Value& value, const std::string& path,
                                   Problems& problems) {
    constexpr std::int64_t kMost = 1'000'000'000'000;
    std::string_view text;
    if (const std::string* notation = kind::notation(value)) text = *notation;
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    Shift shift;
    const char* end = text.data() + text.size();
    const auto [stop, ec] = std::from_chars(text.data(), end, shift.by);
    const bool whole = ec == std::errc{} && stop == end;
    if (whole && shift.by != 0 && shift.by >= -kMost && shift.by <= kMost) return shift;
    return kind::refuse(value, path, expected(), problems);
  }
  static std::string expected() { return "a number of bytes such as +10 or -3"; }
  static boost::json::object schema() {
    return {{"type", boost::json::array{"integer", "string"}}};
  }
  static boost::json::value write(const Shift& shift) { return shift.by; }
};

namespace {

using http::EditableHead;

// One chunk whose size is no number, and then nothing more.
class BadChunkSize final : public BodyStage {
 public:
  BodyWorkOn works_on() const override { return BodyWorkOn::framing; }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.raw(as_bytes("z"));
    next.raw(as_bytes(http::ChunkHeader(payload.size()).text()));
    next.raw(payload);
    next.raw(as_bytes(http::kChunkEnd));
    next.end(BodyEnd::fin);
  }
  void on_end(TimePoint, const BodyNext& next) override {
    next.raw(as_bytes("z"));
    next.raw(as_bytes(http::kLastChunk));
    next.end(BodyEnd::fin);
  }
};

// All chunks but the last.
class NoLastChunk final : public BodyStage {
 public:
  BodyWorkOn works_on() const override { return BodyWorkOn::framing; }
  void on_payload(ByteView payload, TimePoint, const BodyNext& next) override {
    next.payload(payload);
  }
  void on_end(TimePoint, const BodyNext& next) override { next.end(BodyEnd::fin); }
};

constexpr ByteSize kDefaultSize{64_KiB};
constexpr ByteSize kLargestSize{1_MiB};
constexpr int kDefaultInterim = 100;

struct MalformConfig {
  Malform kind = Malform::chunk_size;
  std::optional<Shift> by;
  std::optional<ByteSize> size;
  std::optional<int> status;
};

// The Content-Length of the head after it has been shifted; it can't be less than 0.
std::string shifted(std::uint64_t length, Shift shift) {
  const auto less = static_cast<std::uint64_t>(-shift.by);
  if (shift.by < 0) return std::to_string(length > less ? length - less : 0);
  return std::to_string(length + static_cast<std::uint64_t>(shift.by));
}

std::optional<std::uint64_t> length_of(const EditableHead& head) {
  const auto text = head.value("Content-Length");
  std::uint64_t length = 0;
  if (!text) return std::nullopt;
  const auto [stop, ec] = std::from_chars(text->data(), text->data() + text->size(), length);
  return ec == std::errc{} ? std::optional(length) : std::nullopt;
}

void shift_length(EditableHead& head, Shift shift) {
  if (const auto length = length_of(head)) head.set("Content-Length", shifted(*length, shift));
}

// Two that contradict each other: equal ones would be taken for one by many readers.
void duplicate_length(EditableHead& head) {
  const auto length = length_of(head);
  const auto is_length = [](const EditableHead::Line& line) { return line.is("Content-Length"); };
  const auto first = std::ranges::find_if(head.lines, is_length);
  if (!length || first == head.lines.end()) return;
  const std::string other = shifted(*length, {.by = 1});
  head.lines.insert(first + 1, {std::string(first->name()).append(": ").append(other)});
}

// As many letters as the line had; no reader can take them for the name of the protocol.
void garble_status_line(EditableHead& head, Rng rng) {
  for (char& c : head.start_line) {
    c = static_cast<char>('a' + rng.between(std::int64_t{0}, 25));
  }
}

// Takes the colon out of a line that readers can do without, so that they only differ in whether
// they notice.
void remove_colon(EditableHead& head) {
  const auto spare = [](const EditableHead::Line& line) { return !frames_message(line.name()); };
  const auto found = std::ranges::find_if(head.lines, spare);
  if (found == head.lines.end()) {
    head.lines.emplace_back().text.assign("Cache-Control no-cache");
  } else {
    found->text.erase(found->name().size(), 1);
  }
}

std::string interim(int status) {
  switch (status) {
    case 101:
      return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "\r\n";
    case 102:
      return "HTTP/1.1 102 Processing\r\n\r\n";
    case 103:
      return "HTTP/1.1 103 Early Hints\r\n\r\n";
    default:
      return "HTTP/1.1 100 Continue\r\n\r\n";
  }
}

class HttpMalform final : public FaultSpec {
 public:
  using Config = MalformConfig;

  static const Params<Config>& params();

  explicit HttpMalform(const Config& config) : config_(config) {}

  Applied on_response(const HttpResponse& response, ResponseVerdict& verdict,
                      Rng& rng) const override {
    if (!fits(response)) return Applied::no;
    verdict.edit = edit(rng);
    return Applied::yes;
  }
  bool waits_for_response(Direction) const override { return true; }

 private:
  bool fits(const HttpResponse& response) const;
  MessageEdit edit(const Rng& rng) const;
  HeadEdit head_edit(const Rng& rng) const;

  Config config_;
};

// Whether the response has what this kind of it breaks.
bool HttpMalform::fits(const HttpResponse& response) const {
  const http::FieldList& fields = response.head.fields;
  const bool has_length = fields.has(http::FieldKind::content_length);
  switch (config_.kind) {
    case Malform::chunk_size:
    case Malform::missing_terminator:
      return response.has_body && response.request.version_minor > 0;
    case Malform::duplicate_length:
      return has_length;
    case Malform::wrong_length:
      return has_length && response.has_body &&
             (config_.by->by > 0 || response.head.framing.length > 0);
    case Malform::unexpected_interim:
      return response.request.version_minor > 0;
    default:
      return true;
  }
}

MessageEdit HttpMalform::edit(const Rng& rng) const {
  MessageEdit edit;
  edit.head = head_edit(rng);
  switch (config_.kind) {
    case Malform::chunk_size:
      edit.stage = std::make_unique<BadChunkSize>();
      edit.framing = WantedFraming::chunked;
      break;
    case Malform::missing_terminator:
      edit.stage = std::make_unique<NoLastChunk>();
      edit.framing = WantedFraming::chunked;
      break;
    case Malform::duplicate_length:
    case Malform::wrong_length:
    case Malform::status_line:
      edit.after = AfterMessage::close;
      break;
    case Malform::unexpected_interim:
      // What follows 101 is another protocol.
      if (config_.status == 101) edit.after = AfterMessage::close;
      break;
    case Malform::no_colon:
    case Malform::oversized_header:
      break;
  }
  return edit;
}

HeadEdit HttpMalform::head_edit(const Rng& rng) const {
  switch (config_.kind) {
    case Malform::duplicate_length:
      return duplicate_length;
    case Malform::wrong_length:
      return [by = *config_.by](EditableHead& head) { shift_length(head, by); };
    case Malform::status_line:
      return [rng](EditableHead& head) { garble_status_line(head, rng); };
    case Malform::no_colon:
      return remove_colon;
    case Malform::oversized_header:
      return [size = config_.size.value_or(kDefaultSize).bytes](EditableHead& head) {
        head.add("X-Context", std::string(size, 'a'));
      };
    case Malform::unexpected_interim:
      return [status = config_.status.value_or(kDefaultInterim)](EditableHead& head) {
        head.before.append(interim(status));
      };
    default:
      return {};
  }
}

const Params<HttpMalform::Config>& HttpMalform::params() {
  const auto only = [](Malform kind, auto key) {
    return [kind, key](const Config& config) -> std::string {
      if (!(config.*key) || config.kind == kind) return "";
      return std::string("is only for the kind ").append(name_of(kind));
    };
  };
  static const auto params =
      Params<Config>()
          .required("kind", &Config::kind,
                    "What is wrong. chunk_size and missing_terminator send the body in chunks, of "
                    "which the first has a size that is no number, or the last is missing; "
                    "duplicate_length has two Content-Length that contradict each other, and "
                    "wrong_length one that is not the body's; status_line is letters at random; "
                    "no_colon takes the colon out of one header line; oversized_header adds a line "
                    "that is longer than most readers take; unexpected_interim puts a 1xx response "
                    "that nobody asked for in front.")
          .optional("by", &Config::by,
                    "For wrong_length, and required there: how many bytes more or less than the "
                    "body has, such as +10 or -3; never less than 0 in all.")
          .optional("size", &Config::size,
                    "For oversized_header: the length of the value; 64KiB by default.",
                    between<std::optional<ByteSize>>(ByteSize{1}, kLargestSize))
          .optional("status", &Config::status,
                    "For unexpected_interim: 100 (the default), 101, 102 or 103.",
                    between<std::optional<int>>(100, 103))
          .check("by", only(Malform::wrong_length, &Config::by))
          .check("by",
                 [](const Config& config) {
                   return config.kind == Malform::wrong_length && !config.by
                              ? "is required for the kind wrong_length"
                              : "";
                 })
          .check("size", only(Malform::oversized_header, &Config::size))
          .check("status", only(Malform::unexpected_interim, &Config::status));
  return params;
}

}  // namespace

extern constinit const FaultType kHttpMalform = fault_type<HttpMalform>({
    .name = "http.malform",
    .family = Family::http,
    .summary = "Breaks the framing or the head of a response, so that it is no sound HTTP.",
    .reaches_upstream = "Yes: the response that is broken is the upstream's.",
    .client_sees =
        "A response that a strict client refuses: load balancers answer 502 for it, or cut the "
        "connection when they have sent a part of it already. Lenient clients may accept no_colon, "
        "oversized_header and an interim response other than 101. The connection is closed after "
        "each kind that leaves the end of the message in doubt, which is all but these. A response "
        "that lacks what the kind breaks (a body, a Content-Length), or whose client speaks "
        "HTTP/1.0 and knows neither chunks nor 1xx, passes as it is and counts as skipped.",
    .direction = Direction::response,
    .directed = false,
});

}  // namespace firedrill
