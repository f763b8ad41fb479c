#include "proxy/codec/event/codec.h"
#include "proxy/codec/event/json_seq.h"
#include "proxy/codec/event/length_prefixed.h"
#include "proxy/codec/event/lines.h"
#include "proxy/codec/event/nats.h"
#include "proxy/codec/event/netstring.h"
#include "proxy/codec/event/redis.h"
#include "proxy/codec/event/redis_requests.h"
#include "proxy/codec/event/sse.h"
#include "proxy/codec/event/varint.h"
#include "proxy/codec/event/websocket.h"
#include "proxy/codec/http/chars.h"

#include <algorithm>
#include <array>

namespace firedrill::event {
namespace {

template <class T>
std::unique_ptr<Codec> make(const Options& options) {
  return std::make_unique<T>(options);
}

CodecPair make_redis_pair(const Options& options) {
  auto requests = std::make_unique<RedisRequestCodec>();
  auto replies = std::make_unique<RedisCodec>(options, &requests->pending());
  return {.request = std::move(requests), .response = std::move(replies)};
}

struct Entry {
  std::string_view name;
  std::unique_ptr<Codec> (*make)(const Options&);
  CodecPair (*make_pair)(const Options&) = nullptr;  // where they are not two of the same
};
constexpr std::array kCodecs{
    Entry{"json-seq", make<JsonSeqCodec>},
    Entry{"length_prefixed", make<LengthPrefixedCodec>},
    Entry{"lines", make<LinesCodec>},
    Entry{"nats", make<NatsCodec>},
    Entry{"ndjson", make<LinesCodec>},
    Entry{"netstring", make<NetstringCodec>},
    Entry{"redis", make<RedisCodec>, make_redis_pair},
    Entry{"sse", make<SseCodec>},
    Entry{"varint", make<VarintCodec>},
    Entry{"websocket", make<WebSocketCodec>},
};
constexpr std::array<std::string_view, 8> kOverTcp{
    "json-seq", "length_prefixed", "lines", "nats", "ndjson", "netstring", "redis", "varint"};

struct MediaType {
  std::string_view name;
  std::string_view codec;
};
constexpr std::array kMediaTypes{
    MediaType{"text/event-stream", "sse"},          MediaType{"application/x-ndjson", "ndjson"},
    MediaType{"application/ndjson", "ndjson"},      MediaType{"application/jsonl", "ndjson"},
    MediaType{"application/x-jsonlines", "ndjson"}, MediaType{"application/json-seq", "json-seq"},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kCodecs.size()> names;
  std::ranges::transform(kCodecs, names.begin(), &Entry::name);
  return names;
}();

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::unique_ptr<Codec> make_codec(std::string_view name, const Options& options) {
  const auto entry = std::ranges::find(kCodecs, name, &Entry::name);
  if (entry == kCodecs.end()) return nullptr;
  auto codec = entry->make(options);
  codec->name_ = entry->name;
  return codec;
}

CodecPair make_codec_pair(std::string_view name, const Options& options) {
  const auto entry = std::ranges::find(kCodecs, name, &Entry::name);
  if (entry == kCodecs.end()) return {};
  CodecPair pair = entry->make_pair != nullptr ? entry->make_pair(options)
                                               : CodecPair{.request = entry->make(options),
                                                           .response = entry->make(options)};
  pair.request->name_ = entry->name;
  pair.response->name_ = entry->name;
  return pair;
}

std::span<const std::string_view> codec_names() {
  return kNames;
}

std::span<const std::string_view> tcp_codec_names() {
  return kOverTcp;
}

std::string_view codec_for_content_type(std::string_view content_type) {
  const auto media_type = trim(content_type.substr(0, content_type.find(';')));
  for (const MediaType& known : kMediaTypes) {
    if (std::ranges::equal(media_type, known.name, {}, http::lower)) return known.codec;
  }
  return {};
}

}  // namespace firedrill::event
