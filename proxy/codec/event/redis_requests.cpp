#include "proxy/codec/event/redis_requests.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::event {
namespace {

constexpr std::size_t kLongestHeader = 64;
constexpr std::size_t kLongestName = 1_KiB;  // of a stream
constexpr std::size_t kMostAsked = 1024;     // far more than clients pipeline

constexpr std::array<std::string_view, 4> kOfOneStream{"XAUTOCLAIM", "XCLAIM", "XRANGE",
                                                       "XREVRANGE"};
constexpr std::array<std::string_view, 10> kUncounted{
    "SUBSCRIBE",    "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE",
    "SUNSUBSCRIBE", "MONITOR",    "SYNC",       "PSYNC",       "REPLCONF"};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is(std::string_view word, std::string_view name) {
  return std::ranges::equal(word, name, {}, upper);
}

template <std::size_t kCount>
bool is_among(std::string_view word, const std::array<std::string_view, kCount>& names) {
  return std::ranges::any_of(names, [word](std::string_view name) { return is(word, name); });
}

}  // namespace

void RedisRequests::add(std::string_view command, std::string_view argument) {
  if (lost_) return;
  ++requests_;
  const bool silences = is(command, "CLIENT") && is(argument, "REPLY");
  if (silences || is_among(command, kUncounted)) return lose();
  if (!is_among(command, kOfOneStream) || argument.size() > kLongestName) return;
  if (asked_.size() == kMostAsked) return lose();
  asked_.push_back({.number = requests_, .stream = std::string(argument)});
}

void RedisRequests::lose() {
  lost_ = true;
  asked_.clear();
}

bool RedisRequests::expects_entries() const {
  return !asked_.empty() && asked_.front().number == replies_ + 1;
}

std::optional<std::string> RedisRequests::take_reply() {
  const bool asked = expects_entries();
  if (!lost_ && ++replies_ > requests_) lose();
  if (!asked) return std::nullopt;
  std::string stream = std::move(asked_.front().stream);
  asked_.pop_front();
  return stream;
}

std::optional<Piece> RedisRequestCodec::next() {
  const ByteView all = std::exchange(fed_, {});
  if (all.empty()) return std::nullopt;
  read(all);
  return Passthrough{all};
}

void RedisRequestCodec::lose() {
  lost_ = true;
  pending_.lose();
}

void RedisRequestCodec::read(ByteView bytes) {
  std::string_view text = as_text(bytes);
  while (!text.empty() && !lost_) {
    if (left_ > 0) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size()));
      take_word(text.substr(0, part));
      text.remove_prefix(part);
      continue;
    }
    const std::size_t end = text.find('\n');
    const std::size_t length = end == text.npos ? text.size() : end + 1;
    line_.append(text.substr(0, length));
    text.remove_prefix(length);
    if (line_.size() > kLongestHeader) return lose();
    if (line_.ends_with('\n')) take_line();
  }
}

// A request is an array of strings; the commands that people type are none, and lose the count.
void RedisRequestCodec::take_line() {
  constexpr std::size_t kLineEnd = 2;
  if (!line_.ends_with("\r\n")) return lose();
  const auto header = RespHeader::read(std::string_view(line_).substr(0, line_.size() - kLineEnd));
  line_.clear();
  if (!header || header->type != (words_left_ == 0 ? '*' : '$')) return lose();
  if (words_left_ == 0) {
    words_left_ = header->length;
    word_ = 0;
    command_.clear();
    argument_.clear();
  } else {
    left_ = header->length + kLineEnd;
  }
}

void RedisRequestCodec::take_word(std::string_view part) {
  constexpr std::uint64_t kLineEnd = 2;
  const std::uint64_t content = left_ - std::min(left_, kLineEnd);
  left_ -= part.size();
  if (word_ < 2) {
    std::string& word = word_ == 0 ? command_ : argument_;
    part = part.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(content, part.size())));
    word.append(part.substr(0, kLongestName + 1 - word.size()));
  }
  if (left_ > 0) return;
  ++word_;
  if (--words_left_ == 0) pending_.add(command_, argument_);
}

}  // namespace firedrill::event
