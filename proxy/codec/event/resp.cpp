#include "proxy/codec/event/resp.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace firedrill::event {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestLine = 64_KiB;
constexpr std::string_view kStringTypes = "$!=";
constexpr std::string_view kAggregateTypes = "*%>~|";
constexpr std::string_view kLineTypes = "+-:_,#(";

std::optional<std::uint64_t> length_of(std::string_view digits) {
  constexpr std::size_t kMost = 10;  // beyond any limit of a server, and no overflow
  std::uint64_t length = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, ec] = std::from_chars(digits.data(), end, length);
  const bool good = ec == std::errc{} && stop == end && digits.size() <= kMost;
  return good ? std::optional(length) : std::nullopt;
}

}  // namespace

bool RespHeader::is_type(char c) {
  const auto holds = [c](std::string_view types) { return types.find(c) != types.npos; };
  return holds(kStringTypes) || holds(kAggregateTypes) || holds(kLineTypes);
}

std::optional<RespHeader> RespHeader::read(std::string_view line) {
  if (line.empty() || !is_type(line.front())) return std::nullopt;
  RespHeader header{.type = line.front()};
  line.remove_prefix(1);
  if (!header.is_string() && !header.is_aggregate()) {
    header.null = header.type == '_';
    return header;
  }
  if (line == "-1" && (header.type == '$' || header.type == '*')) {
    header.null = true;
    return header;
  }
  const auto length = length_of(line);
  if (!length) return std::nullopt;
  header.length = *length;
  if (header.type == '%') header.length = 2 * *length;
  if (header.type == '|') header.length = 2 * *length + 1;
  return header;
}

RespScanner::Step RespScanner::scan(ByteView bytes) {
  if (std::exchange(ended_, false)) known_ = 0;
  Step step;
  while (step.used < bytes.size()) {
    const ByteView rest = bytes.subspan(step.used);
    if (left_ > 0) {
      const auto part = std::min<std::uint64_t>(left_, rest.size());
      left_ -= part;
      step.used += static_cast<std::size_t>(part);
      continue;
    }
    const std::string_view text = as_text(rest);
    const bool begins = split_line_.empty() && !in_string_;
    if (begins && !RespHeader::is_type(text.front())) return {step.used, State::wrong};
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end == text.npos ? end : end + 1);
    step.used += line.size();
    if (end == text.npos || !split_line_.empty()) line = split_line_.append(line);
    if (line.size() > (in_string_ ? kLineEnd.size() : kLongestLine)) step.state = State::wrong;
    if (step.state == State::open && end != text.npos) step.state = take_line(line);
    if (end != text.npos) split_line_.clear();
    if (step.state != State::open) break;
  }
  return step;
}

RespScanner::State RespScanner::take_line(std::string_view line) {
  if (!line.ends_with(kLineEnd)) return State::wrong;
  line.remove_suffix(kLineEnd.size());
  if (std::exchange(in_string_, false)) return line.empty() ? end_value() : State::wrong;
  const auto header = RespHeader::read(line);
  if (!header) return State::wrong;
  if (known_ < front_.size()) front_[known_++] = *header;
  if (header->is_string() && !header->null) {
    in_string_ = true;
    left_ = header->length;
    return State::open;
  }
  if (header->is_aggregate() && header->length > 0) {
    if (depth_ == kDeepest) return State::wrong;
    missing_[depth_++] = header->length;
    return State::open;
  }
  return end_value();
}

// What it was the last value of has ended as well.
RespScanner::State RespScanner::end_value() {
  while (depth_ > 0 && --missing_[depth_ - 1] == 0) --depth_;
  ended_ = depth_ == 0;
  return ended_ ? State::ended : State::open;
}

// The length of the next line, with its end.
std::size_t RespReader::line() const {
  const std::size_t end = rest().find(kLineEnd);
  return end == std::string_view::npos ? 0 : end + kLineEnd.size();
}

std::optional<RespHeader> RespReader::peek() const {
  const std::size_t length = line();
  if (!good_ || length == 0) return std::nullopt;
  return RespHeader::read(rest().substr(0, length - kLineEnd.size()));
}

RespHeader RespReader::header() {
  const auto header = peek();
  good_ = header.has_value();
  if (!good_) return {};
  at_ += line();
  return *header;
}

std::uint64_t RespReader::array() {
  const RespHeader read = header();
  good_ = good_ && read.type == '*' && !read.null;
  return good_ ? read.length : 0;
}

std::string_view RespReader::bulk() {
  const RespHeader read = header();
  const std::size_t room = rest().size();
  good_ = good_ && read.type == '$' && !read.null && room >= kLineEnd.size() &&
          read.length <= room - kLineEnd.size();
  if (!good_) return {};
  const auto length = static_cast<std::size_t>(read.length);
  const std::string_view content = rest().substr(0, length);
  at_ += length + kLineEnd.size();
  return content;
}

bool RespReader::null() {
  const auto next = peek();
  if (!next || !next->null) return false;
  at_ += line();
  return true;
}

}  // namespace firedrill::event
