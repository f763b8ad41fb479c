#include "bench/load/http_conversation.h"

#include "bench/load/http_head.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <string_view>
#include <system_error>

namespace firedrill::bench {
namespace {

constexpr std::size_t kLargestBody = 16_MiB;
constexpr std::size_t kChunk = 8_KiB;
constexpr std::string_view kEchoPath = "/echo";
constexpr std::string_view kEchoHead =
    "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";

std::string with_length(std::size_t size) {
  return "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

std::string in_chunks(std::size_t size) {
  std::string response =
      "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  while (size > 0) {
    const std::size_t chunk = std::min(size, kChunk);
    std::array<char, 16> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), chunk, 16);
    response.append(digits.data(), end).append("\r\n").append(chunk, 'x').append("\r\n");
    size -= chunk;
  }
  return response + "0\r\n\r\n";
}

std::string response_for(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view form = path.substr(0, slash + 1);
  std::size_t size = 0;
  const char* const end = path.data() + path.size();
  const auto [rest, error] = std::from_chars(path.data() + slash + 1, end, size);
  const bool sized = error == std::errc() && rest == end && size <= kLargestBody;
  if (sized && form == "/length/") return with_length(size);
  if (sized && form == "/chunked/") return in_chunks(size);
  return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
}

// Responses are made once for each path; a benchmark asks for few.
const std::string& cached_response(std::string_view path) {
  constexpr std::size_t kMostPaths = 64;
  static std::map<std::string, std::string, std::less<>> responses;
  const auto found = responses.find(path);
  if (found != responses.end()) return found->second;
  if (responses.size() == kMostPaths) responses.clear();
  return responses.emplace(path, response_for(path)).first->second;
}

std::string_view path_of(std::string_view head) {
  const std::size_t begin = head.find(' ') + 1;
  const std::size_t end = head.find(' ', begin);
  return end == std::string_view::npos ? std::string_view("/") : head.substr(begin, end - begin);
}

}  // namespace

Talk HttpConversation::take(ByteView bytes, Bytes& answer) {
  if (echoes_) {
    answer.insert(answer.end(), bytes.begin(), bytes.end());
    return Talk::go_on;
  }
  pending_.append(as_text(bytes));
  while (true) {
    const std::size_t end = pending_.find(kHeadEnd);
    if (end == std::string::npos) return Talk::go_on;
    const std::string_view head = std::string_view(pending_).substr(0, end + 2);
    if (path_of(head) == kEchoPath) {
      echoes_ = true;
      const ByteView begun = as_bytes(kEchoHead);
      answer.insert(answer.end(), begun.begin(), begun.end());
      return take(as_bytes(std::string_view(pending_).substr(end + kHeadEnd.size())), answer);
    }
    const ByteView response = as_bytes(cached_response(path_of(head)));
    answer.insert(answer.end(), response.begin(), response.end());
    if (find_field(head, "connection") == "close") return Talk::hang_up;
    pending_.erase(0, end + kHeadEnd.size());
  }
}

}  // namespace firedrill::bench
