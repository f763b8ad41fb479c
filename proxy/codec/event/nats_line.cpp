#include "proxy/codec/event/nats_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace firedrill::event {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMostFields = 6;  // HMSG subject sid reply headers total

// The words of a line, of which a valid message has at most six.
struct Words {
  std::array<std::string_view, kMostFields + 1> all;
  std::size_t count = 0;
  std::span<const std::string_view> list() const { return std::span(all).first(count); }
};

Words split(std::string_view line) {
  Words words;
  while (words.count < words.all.size()) {
    const auto begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) break;
    line.remove_prefix(begin);
    const auto length = std::min(line.find_first_of(kBlanks), line.size());
    words.all[words.count++] = line.substr(0, length);
    line.remove_prefix(length);
  }
  return words;
}

bool is(std::string_view word, std::string_view upper) {
  return std::ranges::equal(word, upper, {}, [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
}

std::optional<std::size_t> size_of(std::string_view digits) {
  constexpr std::size_t kMost = 9;  // far more than any max_payload, and no overflow
  std::size_t size = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, size);
  const bool good = ec == std::errc{} && stop == end && digits.size() <= kMost;
  return good ? std::optional(size) : std::nullopt;
}

// What a verb of a message demands: the words before an optional reply, and the sizes behind it.
struct Form {
  std::string_view verb;
  std::size_t fixed;
  std::size_t sizes;
};
constexpr std::array kForms{Form{"MSG", 3, 1}, Form{"HMSG", 3, 2}, Form{"PUB", 2, 1},
                            Form{"HPUB", 2, 2}};
constexpr std::array<std::string_view, 7> kOthers{"PING", "PONG",  "+OK",    "-ERR",
                                                  "SUB",  "UNSUB", "CONNECT"};

NatsLine read_message(std::string_view line, std::span<const std::string_view> words,
                      const Form& form) {
  const std::size_t least = form.fixed + form.sizes;
  if (words.size() != least && words.size() != least + 1) return {};
  NatsLine message{.kind = NatsLine::Kind::message, .subject = words[1]};
  const auto total = size_of(words.back());
  const auto headers =
      form.sizes == 2 ? size_of(words[words.size() - 2]) : std::optional<std::size_t>(0);
  if (!total || !headers || *headers > *total) return {};
  message.total = *total;
  message.headers = *headers;
  if (words.size() > least) message.reply = words[form.fixed];
  const char* const sizes = words[words.size() - form.sizes].data();
  message.addressed = line.substr(0, static_cast<std::size_t>(sizes - line.data()));
  return message;
}

// Where the list that begins at `at` ends; names of IPv6 servers have brackets too.
std::size_t end_of_list(std::string_view json, std::size_t at) {
  bool in_string = false;
  for (std::size_t i = at; i < json.size(); ++i) {
    if (json[i] == '"') in_string = !in_string;
    if (json[i] == ']' && !in_string) return i;
  }
  return std::string_view::npos;
}

}  // namespace

NatsLine read_nats_line(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const Words words = split(line);
  if (words.count == 0) return {};
  const std::string_view verb = words.all.front();
  for (const Form& form : kForms) {
    if (is(verb, form.verb)) return read_message(line, words.list(), form);
  }
  if (is(verb, "INFO")) return {.kind = NatsLine::Kind::info};
  const auto same = [verb](std::string_view other) { return is(verb, other); };
  if (std::ranges::any_of(kOthers, same)) return {.kind = NatsLine::Kind::other};
  return {};
}

// $JS.ACK.stream.consumer.delivery.sequence.consumer sequence.time.pending; newer servers put the
// domain and the account before the stream, and may add a token.
std::optional<JetStreamOrigin> jetstream_origin(std::string_view reply) {
  constexpr std::string_view kPrefix = "$JS.ACK.";
  constexpr std::size_t kTokens = 7;
  constexpr std::size_t kDomain = 2;
  if (!reply.starts_with(kPrefix)) return std::nullopt;
  reply.remove_prefix(kPrefix.size());
  std::array<std::string_view, kTokens + kDomain> tokens;
  std::size_t count = 0;
  for (; count < tokens.size() && !reply.empty(); ++count) {
    const auto length = std::min(reply.find('.'), reply.size());
    tokens[count] = reply.substr(0, length);
    reply.remove_prefix(std::min(length + 1, reply.size()));
  }
  if (count < kTokens) return std::nullopt;
  const auto own = std::span(tokens).subspan(count == tokens.size() ? kDomain : 0);
  const auto delivery = size_of(own[2]);
  if (!delivery) return std::nullopt;
  return JetStreamOrigin{
      .stream = own[0], .sequence = own[3], .delivery = static_cast<std::uint32_t>(*delivery)};
}

std::optional<std::string> without_other_servers(std::string_view info) {
  std::string changed(info);
  bool any = false;
  for (const std::string_view key : {"\"connect_urls\"", "\"ws_connect_urls\""}) {
    const auto found = changed.find(key);
    if (found == std::string::npos) continue;
    const auto colon = changed.find_first_not_of(kBlanks, found + key.size());
    if (colon == std::string::npos || changed[colon] != ':') continue;
    const auto list = changed.find_first_not_of(kBlanks, colon + 1);
    if (list == std::string::npos || changed[list] != '[') continue;
    const auto end = end_of_list(changed, list);
    if (end == std::string::npos) continue;
    any = any || end > list + 1;
    changed.erase(list + 1, end - list - 1);
  }
  return any ? std::optional(std::move(changed)) : std::nullopt;
}

}  // namespace firedrill::event
