#pragma once

#include "proxy/core/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace firedrill::event {

// The first line of a value of RESP, the protocol of Redis, in its second or third version.
// Streamed values, which no server is known to send, are not among what it reads.
struct RespHeader {
  char type = 0;
  bool null = false;
  // Bytes of a string; values within an aggregate, of which a map has two for each pair. What an
  // attribute is about counts as the last of its own.
  std::uint64_t length = 0;

  // `line` is without its end; nothing when it begins no value.
  static std::optional<RespHeader> read(std::string_view line);
  static bool is_type(char c);

  bool is_string() const { return type == '$' || type == '!' || type == '='; }
  bool is_aggregate() const {
    return type == '*' || type == '%' || type == '>' || type == '~' || type == '|';
  }
};

// Finds where the values of a stream end, however it is cut. Only lines that two buffers share are
// copied.
class RespScanner {
 public:
  enum class State : std::uint8_t { open, ended, wrong };
  struct Step {
    std::size_t used = 0;
    State state = State::open;
  };

  // Goes on to the end of the value, or to that of the bytes.
  Step scan(ByteView bytes);

  // Of the present value and the first within it, as far as they have come.
  std::span<const RespHeader> front() const { return std::span(front_).first(known_); }

 private:
  static constexpr std::size_t kDeepest = 32;

  State take_line(std::string_view line);
  State end_value();

  std::array<std::uint64_t, kDeepest> missing_{};  // values, of each aggregate that is open
  std::size_t depth_ = 0;
  std::array<RespHeader, 2> front_;
  std::size_t known_ = 0;
  bool ended_ = false;
  bool in_string_ = false;
  std::uint64_t left_ = 0;  // of the string
  std::string split_line_;  // the front of a line whose end has not come yet
};

// Reads what a value is expected to be, from its whole image. What it is not makes the reader fail,
// and a reader that has failed reads nothing more.
class RespReader {
 public:
  explicit RespReader(std::string_view image) : image_(image) {}

  RespHeader header();
  // The length of a `*`, and the content of a `$`.
  std::uint64_t array();
  std::string_view bulk();
  // Goes behind a null, if one is next.
  bool null();

  bool good() const { return good_; }
  std::string_view image() const { return image_; }
  std::size_t at() const { return at_; }
  std::string_view since(std::size_t begin) const { return image_.substr(begin, at_ - begin); }

 private:
  std::optional<RespHeader> peek() const;
  std::string_view rest() const { return image_.substr(at_); }
  std::size_t line() const;

  std::string_view image_;
  std::size_t at_ = 0;
  bool good_ = true;
};

}  // namespace firedrill::event
