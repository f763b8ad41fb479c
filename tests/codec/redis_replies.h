#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::test {

// Replies of Redis, written in short.
inline std::string bulk(std::string_view content) {
  std::string text = "$";
  return text.append(std::to_string(content.size())).append("\r\n").append(content).append("\r\n");
}

inline std::string aggregate(std::string_view type, std::size_t length,
                             std::initializer_list<std::string_view> values) {
  std::string text(type);
  text.append(std::to_string(length)).append("\r\n");
  for (const std::string_view value : values) text.append(value);
  return text;
}

inline std::string array(std::initializer_list<std::string_view> values) {
  return aggregate("*", values.size(), values);
}
inline std::string push(std::initializer_list<std::string_view> values) {
  return aggregate(">", values.size(), values);
}
inline std::string map(std::initializer_list<std::string_view> values) {
  return aggregate("%", values.size() / 2, values);
}

// What begins and ends a subscription in the second version of the protocol.
inline std::string subscribed(std::string_view channel, int subscriptions) {
  const std::string count = ":" + std::to_string(subscriptions) + "\r\n";
  return array({bulk("subscribe"), bulk(channel), count});
}
inline std::string unsubscribed(std::string_view channel, int subscriptions) {
  const std::string count = ":" + std::to_string(subscriptions) + "\r\n";
  return array({bulk("unsubscribe"), bulk(channel), count});
}

// An entry of a stream with one field.
inline std::string entry(std::string_view id, std::string_view payload) {
  return array({bulk(id), array({bulk("data"), bulk(payload)})});
}

}  // namespace firedrill::test
