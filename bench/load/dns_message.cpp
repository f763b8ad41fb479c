#include "bench/load/dns_message.h"

#include <array>
#include <string>
#include <string_view>

namespace firedrill::bench::dns {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kFlags = 2;
constexpr std::size_t kAnswerCount = 6;

// One A record, 192.0.2.1 for a minute, whose name points at the question.
constexpr std::array<unsigned char, 16> kAddressRecord = {0xc0, kHeader, 0, 1, 0,   1, 0, 0,
                                                          0,    60,      0, 4, 192, 0, 2, 1};

std::uint8_t octet(ByteView message, std::size_t at) {
  return std::to_integer<std::uint8_t>(message[at]);
}

void append_label(Bytes& message, std::string_view label) {
  message.push_back(static_cast<std::byte>(label.size()));
  const ByteView bytes = as_bytes(label);
  message.insert(message.end(), bytes.begin(), bytes.end());
}

void append_octets(Bytes& message, std::span<const unsigned char> octets) {
  const ByteView bytes = std::as_bytes(octets);
  message.insert(message.end(), bytes.begin(), bytes.end());
}

// Where the only question ends, or nothing when the name runs out of the message.
std::optional<std::size_t> question_end(ByteView message) {
  std::size_t at = kHeader;
  while (at < message.size() && octet(message, at) != 0) at += 1u + octet(message, at);
  const std::size_t end = at + 5;  // the root label, the type and the class
  return end <= message.size() ? std::optional(end) : std::nullopt;
}

}  // namespace

Bytes make_query(std::uint32_t number) {
  constexpr std::array<unsigned char, kHeader> kQueryHeader = {0, 0, 1, 0, 0, 1};
  constexpr std::array<unsigned char, 5> kRootAddressInternet = {0, 0, 1, 0, 1};
  Bytes query;
  append_octets(query, kQueryHeader);
  append_label(query, "h" + std::to_string(number));
  append_label(query, "bench");
  append_label(query, "test");
  append_octets(query, kRootAddressInternet);
  return query;
}

std::uint16_t identifier(ByteView message) {
  return static_cast<std::uint16_t>(octet(message, 0) << 8 | octet(message, 1));
}

void set_identifier(Bytes& message, std::uint16_t identifier) {
  message[0] = static_cast<std::byte>(identifier >> 8);
  message[1] = static_cast<std::byte>(identifier & 0xff);
}

std::optional<Bytes> answer(ByteView query) {
  if (query.size() < kHeader || (octet(query, kFlags) & 0xf8) != 0) return std::nullopt;
  const auto end = question_end(query);
  if (!end) return std::nullopt;
  // Additional records, such as an EDNS option, are left out, and so are their counts.
  constexpr std::array<unsigned char, 8> kOneAnswer = {0, 1, 0, 1, 0, 0, 0, 0};
  Bytes response(query.begin(), query.begin() + 2);
  response.reserve(*end + kAddressRecord.size());
  const auto recursion_desired = static_cast<std::uint8_t>(octet(query, kFlags) & 1);
  response.push_back(static_cast<std::byte>(0x84 | recursion_desired));
  response.push_back(std::byte{0x80});
  append_octets(response, kOneAnswer);
  const ByteView question = query.subspan(kHeader, *end - kHeader);
  response.insert(response.end(), question.begin(), question.end());
  append_octets(response, kAddressRecord);
  return response;
}

bool is_good_response(ByteView message) {
  if (message.size() < kHeader || (octet(message, kFlags) & 0x80) == 0) return false;
  const bool no_error = (octet(message, kFlags + 1) & 0x0f) == 0;
  return no_error && (octet(message, kAnswerCount) | octet(message, kAnswerCount + 1)) != 0;
}

}  // namespace firedrill::bench::dns
