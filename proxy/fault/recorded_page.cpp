#include "proxy/fault/recorded_page.h"

#include "proxy/codec/http/chars.h"
#include "proxy/fault/answer.h"
#include "proxy/fault/header_line.h"
#include "proxy/fault/persona.h"

namespace firedrill {
namespace {

constexpr std::size_t kMostBody = 256_KiB;
constexpr std::string_view kLineEnd = "\r\n";

Problems wrong(std::string what) {
  return {{"", std::move(what)}};
}

std::string with_line_ends(std::string_view text) {
  const std::size_t end = text.find("\n\n");
  const std::string_view head = text.substr(0, end);
  if (end == std::string_view::npos || head.find('\r') != std::string_view::npos) {
    return std::string(text);
  }
  std::string whole;
  for (const char c : head) {
    if (c == '\n') whole += '\r';
    whole += c;
  }
  return whole.append("\r\n\r\n").append(text.substr(end + 2));
}

std::string wrong_head(const http::ResponseHead& head, std::string_view body) {
  if (head.status < 200) return "has an interim status; it must be from 200 to 599";
  if (head.fields.has(http::FieldKind::transfer_encoding)) {
    return "has Transfer-Encoding; write the body without chunks";
  }
  if (!may_have_body(head.status) && !body.empty()) {
    return "has a body, which a response with this status can't have";
  }
  if (body.size() > kMostBody) return "has a body of more than 256 KiB";
  return "";
}

}  // namespace

PageHead page_head(const http::ResponseHead& head, std::string_view body, Dates dates) {
  PageHead made{.text = std::string(head.start_line), .date_offset = {}};
  const std::string length = std::to_string(body.size());
  const auto add = [&](std::string_view name, std::string_view value) {
    made.text.append(name).append(": ").append(value).append(kLineEnd);
  };
  bool has_length = !may_have_body(head.status);
  for (const http::Field& field : head.fields.all()) {
    const bool chunks = field.kind == http::FieldKind::transfer_encoding;
    if (chunks || field.kind == http::FieldKind::content_length) {
      add(chunks ? "Content-Length" : field.name, length);
      has_length = true;
    } else if (dates == Dates::placeholder && http::equal_ignoring_case(field.name, "Date")) {
      made.date_offset = made.text.size() + field.name.size() + 2;
      add(field.name, kDatePlaceholder);
    } else {
      made.text.append(field.line);
    }
  }
  if (!has_length) add("Content-Length", length);
  made.text.append(kLineEnd);
  return made;
}

Result<RecordedPage> parse_page(std::string_view text) {
  const std::string whole = with_line_ends(text);
  http::ResponseScanner scanner;
  const http::Scan scan = scanner.scan(as_bytes(whole), http::ResponseTo::other);
  if (scan.incomplete()) return wrong("has no empty line, which ends the head");
  if (scan.refused()) {
    return wrong("is no HTTP response: " + std::string(http::text_of(scan.reason)));
  }
  const std::string_view body = std::string_view(whole).substr(scanner.head().size);
  if (std::string what = wrong_head(scanner.head(), body); !what.empty()) {
    return wrong(std::move(what));
  }
  PageHead head = page_head(scanner.head(), body, Dates::placeholder);
  RecordedPage page{.text = {},
                    .head_size = head.text.size(),
                    .date_offset = head.date_offset,
                    .code = scanner.head().status};
  page.text = std::move(head.text.append(body));
  [[maybe_unused]] const auto again = scanner.scan(as_bytes(page.text), http::ResponseTo::other);
  page.closes = !scanner.head().keep_alive;
  return page;
}

std::string closing_text(const RecordedPage& page) {
  std::string text = page.text;
  return text.insert(page.head_size - kLineEnd.size(), "Connection: close\r\n");
}

std::optional<RecordedPage> Kind<RecordedPage>::read(const Value& value, const std::string& path,
                                                     Problems& problems) {
  const std::string* text = kind::word(value);
  if (text == nullptr) return kind::refuse(value, path, expected(), problems);
  auto page = parse_page(*text);
  if (page.has_value()) return std::move(*page);
  problems.push_back({path, page.error().front().what, value.at()});
  return std::nullopt;
}

}  // namespace firedrill
