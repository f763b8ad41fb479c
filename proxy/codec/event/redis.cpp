#include "proxy/codec/event/redis.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::event {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEntryType = "entry";
constexpr std::string_view kPatternHeader = "pattern";

constexpr std::string_view kBulkLength = "bulk_length";
constexpr std::string_view kBadType = "bad_type";
constexpr std::string_view kMissingCrlf = "missing_crlf";
constexpr std::array kBreakages{kBulkLength, kBadType, kMissingCrlf};

bool may_begin_with(char type) {
  return type == '*' || type == '%' || type == '>';
}

// Whether a value that begins so can be, or hold, what a subscriber or a reader of streams gets.
// A list of entries can begin like anything, but has been asked for.
bool may_carry_events(std::span<const RespHeader> front, bool asked) {
  constexpr std::size_t kLongestName = std::string_view("unsubscribe").size() + 1;
  const RespHeader& top = front.front();
  if (front.size() < 2 || !may_begin_with(top.type)) return false;
  const RespHeader& first = front.back();
  if (top.type == '%') return first.type == '$';
  if (asked && top.type == '*') return true;
  if (first.type == '*') return top.type == '*' && first.length == 2;
  return first.type == '$' && first.length <= kLongestName && top.length <= 4;
}

void append_header(std::string& out, char type, std::size_t length) {
  out.push_back(type);
  out.append(std::to_string(length)).append(kLineEnd);
}

void append_bulk(std::string& out, std::string_view content) {
  append_header(out, '$', content.size());
  out.append(content).append(kLineEnd);
}

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return Bytes(view.begin(), view.end());
}

// The entries of one stream once it has been decided what becomes of them.
struct Entries {
  std::string images;
  std::size_t count = 0;
};

std::size_t events_in(const RedisStream& stream) {
  const auto deleted = [](const RedisEntry& entry) { return entry.fields.empty(); };
  const auto count = std::ranges::count_if(stream.entries, deleted);
  return stream.entries.size() - static_cast<std::size_t>(count);
}

// An entry that was deleted has no outcome, and stays.
Entries entries_with(const RedisStream& stream, std::span<const Outcome> outcomes) {
  Entries all;
  for (const RedisEntry& entry : stream.entries) {
    if (entry.fields.empty()) {
      all.images.append(entry.raw);
      ++all.count;
      continue;
    }
    for (const Bytes& image : outcomes.front()) all.images.append(as_text(image));
    all.count += outcomes.front().size();
    outcomes = outcomes.subspan(1);
  }
  return all;
}

std::string list_with(const RedisEntries& reply, std::span<const Outcome> outcomes) {
  const Entries entries = entries_with(reply.streams.front(), outcomes);
  std::string text(reply.before);
  append_header(text, '*', entries.count);
  return text.append(entries.images).append(reply.after);
}

std::string streams_with(const RedisEntries& reply, std::span<const Outcome> outcomes) {
  const bool map = reply.form == RedisEntries::Form::map;
  std::string streams;
  std::size_t count = 0;
  for (const RedisStream& stream : reply.streams) {
    const Entries entries = entries_with(stream, outcomes);
    outcomes = outcomes.subspan(events_in(stream));
    if (entries.count == 0 && !stream.entries.empty()) continue;
    if (!map) append_header(streams, '*', 2);
    append_bulk(streams, stream.key);
    append_header(streams, '*', entries.count);
    streams.append(entries.images);
    ++count;
  }
  if (count == 0) return map ? "_\r\n" : "*-1\r\n";
  std::string text;
  append_header(text, map ? '%' : '*', count);
  return text.append(streams);
}

}  // namespace

RedisCodec::RedisCodec(const Options& options, RedisRequests* requests)
    : max_event_bytes_(options.max_event_bytes), requests_(requests) {}

// Replies that pass unread are one piece with those beside them.
std::optional<Piece> RedisCodec::next() {
  while (!failed_ && !buffer_.unseen().empty()) {
    if (!in_reply_) {
      const bool apart = may_begin_with(static_cast<char>(buffer_.unseen().front()));
      if (apart && buffer_.size() > 0) return Passthrough{buffer_.take()};
      begin_reply();
    }
    read_on();
    if (!in_reply_ && !opaque_ && !failed_) return end_reply();
  }
  if (failed_ || opaque_) {
    if (const ByteView all = buffer_.take_all(); !all.empty()) return Passthrough{all};
    return std::nullopt;
  }
  buffer_.hold();
  return std::nullopt;
}

void RedisCodec::begin_reply() {
  const char type = static_cast<char>(buffer_.unseen().front());
  in_reply_ = true;
  opaque_ = !may_begin_with(type);
  // All that a subscriber gets beside arrays is the error of a request that it may not make.
  if (opaque_ && type != '-') unsubscribe();
}

void RedisCodec::read_on() {
  const RespScanner::Step step = scanner_.scan(buffer_.unseen());
  failed_ = step.state == RespScanner::State::wrong;
  if (failed_) return;
  buffer_.advance(step.used);
  in_reply_ = step.state == RespScanner::State::open;
  if (!opaque_) weigh();
  const bool reply = scanner_.front().empty() || scanner_.front().front().type != '>';
  if (!in_reply_ && reply && requests_ != nullptr) stream_ = requests_->take_reply();
}

// Whether what is there of a value is worth holding for the rest.
void RedisCodec::weigh() {
  const auto front = scanner_.front();
  if (front.size() < 2 && in_reply_) return;
  const bool asked = requests_ != nullptr && requests_->expects_entries();
  if (!may_carry_events(front, asked)) {
    opaque_ = true;
    if (front.front().type != '>') unsubscribe();
  } else if (buffer_.size() > max_event_bytes_) {
    opaque_ = true;
    ++oversized_;
  }
}

Piece RedisCodec::end_reply() {
  const ByteView raw = buffer_.take();
  const std::string_view text = as_text(raw);
  const bool push = text.front() == '>';
  if (!push) note_subscriptions(text);
  if (push || subscriptions_ + shards_ > 0) {
    const auto message = read_redis_message(text);
    return message ? message_of(raw, *message) : Passthrough{raw};
  }
  auto entries = read_redis_streams(text);
  if (!entries && stream_) entries = read_redis_list(text, *stream_);
  if (!entries) return Passthrough{raw};
  entries_ = std::move(*entries);
  return group_of(raw);
}

void RedisCodec::note_subscriptions(std::string_view raw) {
  if (const auto confirmation = read_redis_confirmation(raw)) {
    (confirmation->sharded ? shards_ : subscriptions_) = confirmation->subscriptions;
  } else if (!is_for_subscribers(raw)) {
    unsubscribe();
  }
}

void RedisCodec::unsubscribe() {
  subscriptions_ = 0;
  shards_ = 0;
}

Piece RedisCodec::message_of(ByteView raw, const RedisMessage& message) {
  Event event{
      .raw = raw, .payload = message.payload, .type = message.kind, .channel = message.channel};
  headers_.assign({{.name = kPatternHeader, .value = message.pattern}});
  if (!message.pattern.empty()) event.headers = headers_;
  return event;
}

// An id names the stream as well, in which alone it is unique.
Piece RedisCodec::group_of(ByteView raw) {
  ids_.clear();
  events_.clear();
  for (const auto& [key, entries] : entries_.streams) {
    for (const RedisEntry& entry : entries) {
      if (entry.fields.empty()) continue;
      std::string& id = ids_.emplace_back(key);
      id.append("/").append(entry.id);
      events_.push_back({.raw = as_bytes(entry.raw),
                         .payload = entry.payload(),
                         .type = kEntryType,
                         .id = id,
                         .channel = key,
                         .headers = entry.fields,
                         .grouped = true});
    }
  }
  if (events_.empty()) return Passthrough{raw};
  return Group{.raw = raw, .events = events_};
}

Abilities RedisCodec::abilities() const {
  return {.breakages = kBreakages};
}

Bytes RedisCodec::encode(const Event& event, std::string_view payload) const {
  const auto place = payload_place(as_text(event.raw));
  if (!place) return Bytes(event.raw.begin(), event.raw.end());
  std::string text(place->before);
  append_bulk(text, payload);
  return bytes_of(text.append(place->after));
}

Bytes RedisCodec::encode_new(const Draft& draft, const Event& like) const {
  return encode(like, draft.payload);
}

std::optional<Bytes> RedisCodec::break_framing(const Event& event, std::string_view how) const {
  const auto place = payload_place(as_text(event.raw));
  if (!place) return std::nullopt;
  std::string text(place->before);
  if (how == kBadType) {
    text.assign(as_text(event.raw)).front() = '@';
  } else if (how == kMissingCrlf) {
    append_bulk(text, place->payload);
    text.resize(text.size() - kLineEnd.size());
    text.append(place->after);
  } else if (how == kBulkLength && !place->payload.empty()) {
    append_header(text, '$', place->payload.size() - 1);
    text.append(place->payload).append(kLineEnd).append(place->after);
  } else {
    return std::nullopt;
  }
  return bytes_of(text);
}

Bytes RedisCodec::encode_group(const Group& group, std::span<const Outcome> outcomes) const {
  const std::string_view raw = as_text(group.raw);
  auto reply = read_redis_streams(raw);
  if (!reply) reply = read_redis_list(raw, {});
  if (!reply) return Codec::encode_group(group, outcomes);
  if (reply->form == RedisEntries::Form::list) return bytes_of(list_with(*reply, outcomes));
  return bytes_of(streams_with(*reply, outcomes));
}

}  // namespace firedrill::event
