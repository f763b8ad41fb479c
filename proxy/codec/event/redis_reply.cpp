#include "proxy/codec/event/redis_reply.h"

#include "proxy/codec/event/resp.h"

#include <algorithm>
#include <array>

namespace firedrill::event {
namespace {

constexpr std::string_view kByPattern = "pmessage";
constexpr std::array<std::string_view, 3> kMessages{"message", kByPattern, "smessage"};
constexpr std::array<std::string_view, 6> kConfirmations{
    "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"};

template <std::size_t kCount>
bool holds(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Milliseconds and a sequence, such as 1700000000000-0.
bool is_entry_id(std::string_view text) {
  const auto dash = text.find('-');
  return dash != text.npos && is_number(text.substr(0, dash)) && is_number(text.substr(dash + 1));
}

// The entry that the reader stands before; the reader fails when there is none.
std::optional<RedisEntry> read_entry(RespReader& reader) {
  const std::size_t begin = reader.at();
  if (reader.array() != 2) return std::nullopt;
  RedisEntry entry{.raw = {}, .id = reader.bulk(), .fields = {}};
  if (!reader.good() || !is_entry_id(entry.id)) return std::nullopt;
  if (!reader.null()) {
    std::uint64_t left = reader.array();
    if (left == 0 || left % 2 != 0) return std::nullopt;
    for (; left > 0 && reader.good(); left -= 2) {
      const std::string_view name = reader.bulk();
      entry.fields.push_back({.name = name, .value = reader.bulk()});
    }
  }
  entry.raw = reader.since(begin);
  return reader.good() ? std::optional(std::move(entry)) : std::nullopt;
}

// As many entries as are next; nothing when one of them is none.
std::optional<std::vector<RedisEntry>> read_entries(RespReader& reader) {
  std::vector<RedisEntry> entries;
  for (std::uint64_t left = reader.array(); left > 0; --left) {
    auto entry = read_entry(reader);
    if (!entry) return std::nullopt;
    entries.push_back(std::move(*entry));
  }
  return reader.good() ? std::optional(std::move(entries)) : std::nullopt;
}

// A key that looks like an id is the cursor of an XAUTOCLAIM in a transaction.
std::optional<RedisStream> read_stream(RespReader& reader) {
  const std::string_view key = reader.bulk();
  if (is_entry_id(key)) return std::nullopt;
  auto entries = read_entries(reader);
  if (!entries) return std::nullopt;
  return RedisStream{.key = key, .entries = std::move(*entries)};
}

// Of a list, with nothing around it yet.
std::optional<RedisEntries> read_list(RespReader& reader, std::string_view key) {
  const std::size_t begin = reader.at();
  auto entries = read_entries(reader);
  if (!entries || entries->empty()) return std::nullopt;
  RedisEntries all{.form = RedisEntries::Form::list, .streams = {}};
  all.before = reader.image().substr(0, begin);
  all.after = reader.image().substr(reader.at());
  all.streams.push_back({.key = key, .entries = std::move(*entries)});
  return all;
}

}  // namespace

std::optional<RedisMessage> read_redis_message(std::string_view raw) {
  RespReader reader(raw);
  const RespHeader top = reader.header();
  if (top.type != '*' && top.type != '>') return std::nullopt;
  RedisMessage message{.kind = reader.bulk(), .pattern = {}, .channel = {}, .payload = {}};
  const bool by_pattern = message.kind == kByPattern;
  if (!holds(kMessages, message.kind) || top.length != (by_pattern ? 4u : 3u)) return std::nullopt;
  if (by_pattern) message.pattern = reader.bulk();
  message.channel = reader.bulk();
  message.payload = reader.bulk();
  return reader.good() ? std::optional(message) : std::nullopt;
}

std::optional<RedisConfirmation> read_redis_confirmation(std::string_view raw) {
  RespReader reader(raw);
  if (reader.array() != 3) return std::nullopt;
  const std::string_view kind = reader.bulk();
  if (!holds(kConfirmations, kind)) return std::nullopt;
  if (!reader.null()) reader.bulk();
  const std::size_t begin = reader.at();
  if (reader.header().type != ':') return std::nullopt;
  std::string_view count = reader.since(begin).substr(1);
  count.remove_suffix(2);
  if (!is_number(count)) return std::nullopt;
  std::uint64_t subscriptions = 0;
  for (const char digit : count.substr(0, 18)) {
    subscriptions = subscriptions * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return RedisConfirmation{.sharded = kind == "ssubscribe" || kind == "sunsubscribe",
                           .subscriptions = subscriptions};
}

bool is_for_subscribers(std::string_view raw) {
  RespReader reader(raw);
  if (reader.array() == 0) return false;
  const std::string_view kind = reader.bulk();
  return holds(kMessages, kind) || holds(kConfirmations, kind) || kind == "pong";
}

std::string_view RedisEntry::payload() const {
  if (fields.empty()) return {};
  const auto size = [](const EventHeader& field) { return field.value.size(); };
  return std::ranges::max_element(fields, {}, size)->value;
}

std::optional<RedisEntry> read_redis_entry(std::string_view raw) {
  RespReader reader(raw);
  return read_entry(reader);
}

std::optional<RedisEntries> read_redis_streams(std::string_view raw) {
  RespReader reader(raw);
  const RespHeader top = reader.header();
  const bool map = top.type == '%';
  if (!map && top.type != '*') return std::nullopt;
  RedisEntries all{.form = map ? RedisEntries::Form::map : RedisEntries::Form::array,
                   .streams = {}};
  std::size_t entries = 0;
  for (std::uint64_t left = map ? top.length / 2 : top.length; left > 0; --left) {
    if (!map && reader.array() != 2) return std::nullopt;
    auto stream = read_stream(reader);
    if (!stream) return std::nullopt;
    entries += stream->entries.size();
    all.streams.push_back(std::move(*stream));
  }
  return entries > 0 ? std::optional(std::move(all)) : std::nullopt;
}

// What XAUTOCLAIM claims stands behind a cursor.
std::optional<RedisEntries> read_redis_list(std::string_view raw, std::string_view key) {
  RespReader whole(raw);
  if (auto list = read_list(whole, key)) return list;
  RespReader claim(raw);
  if (claim.array() < 2 || !is_entry_id(claim.bulk())) return std::nullopt;
  return read_list(claim, key);
}

std::optional<PayloadPlace> payload_place(std::string_view raw) {
  std::string_view payload;
  if (const auto message = read_redis_message(raw)) {
    payload = message->payload;
  } else if (const auto entry = read_redis_entry(raw); entry && !entry->fields.empty()) {
    payload = entry->payload();
  } else {
    return std::nullopt;
  }
  const auto begin = static_cast<std::size_t>(payload.data() - raw.data());
  const std::size_t header = raw.substr(0, begin).rfind('$');
  return PayloadPlace{.before = raw.substr(0, header),
                      .payload = payload,
                      .after = raw.substr(begin + payload.size() + 2)};
}

}  // namespace firedrill::event
