// firedrill persona capture.

#include "control/cli/api.h"
#include "control/cli/commands.h"
#include "control/cli/page_recorder.h"
#include "proxy/codec/http/target.h"
#include "proxy/core/address.h"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <fstream>
#include <ostream>

namespace firedrill::cli {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

struct Url {
  Address address;
  std::string authority;
  std::string target;
};

Result<Url> parse_url(std::string text) {
  text = text.substr(0, text.find('#'));
  if (text.starts_with("https://")) {
    return Problems{{"URL", "must begin with http://; what is said in TLS can't be recorded"}};
  }
  const auto [reason, target] = http::parse_target("GET", text);
  const bool good = reason == http::Reason::none && target.form == http::Target::Form::absolute;
  if (!good) return Problems{{"URL", "must be such as http://127.0.0.1:8080/path"}};
  std::string authority(target.authority);
  const bool has_port = authority.rfind(':') != std::string::npos && !authority.ends_with(']');
  const auto address = parse_address(has_port ? authority : authority + ":80");
  if (!address || address->host.empty()) return Problems{{"URL", "must name a host"}};
  std::string origin(target.origin);
  if (!origin.starts_with('/')) origin.insert(0, "/");
  return Url{*address, std::move(authority), std::move(origin)};
}

std::string request_for(const Url& url) {
  std::string request = "GET ";
  request.append(url.target).append(" HTTP/1.1\r\nHost: ").append(url.authority);
  return request.append("\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

// The page that the server answers with.
Result<std::string> capture_page(const Url& url) {
  boost::asio::ip::tcp::iostream server;
  server.expires_after(kPatience);
  server.connect(url.address.host, std::to_string(url.address.port));
  const auto failure = [&](const std::string& what) {
    return Problems{{"", what + " " + format(url.address) + ": " + server.error().message()}};
  };
  if (!server) return failure("cannot reach");
  server << request_for(url) << std::flush;
  PageRecorder recorder;
  std::array<char, 16384> buffer;
  while (server.peek() != std::char_traits<char>::eof()) {
    const auto count = server.readsome(buffer.data(), buffer.size());
    const std::string_view read(buffer.data(), static_cast<std::size_t>(count));
    const auto state = recorder.feed(as_bytes(read));
    if (state.has_error()) return state.error();
    if (*state == PageRecorder::State::whole) return recorder.page();
  }
  if (server.error() && server.error() != boost::asio::error::eof) {
    return failure("no whole answer from");
  }
  if (auto closed = recorder.close(); closed.has_error()) return closed.error();
  return recorder.page();
}

Exit capture(const Invocation& call) {
  const auto url = parse_url(call.arguments().front());
  if (url.has_error()) {
    refused(call, url.error());
    return Exit::usage;
  }
  const auto page = capture_page(*url);
  if (page.has_error()) return refused(call, page.error());
  const std::string path = call.value("--output");
  if (path.empty()) {
    call.out() << *page;
    return Exit::done;
  }
  std::ofstream file(path, std::ios::binary);
  file << *page << std::flush;
  if (!file) return refused(call, {{"--output", "cannot write " + path}});
  return Exit::done;
}

}  // namespace

std::vector<Command> persona_commands() {
  const Argument url{.name = "URL", .help = "where the page is to be had, http://..."};
  return {{.name = "persona capture",
           .summary = "records an error page of your own, for http.status to answer with",
           .arguments = {url},
           .options = {{.name = "--output",
                        .value = "FILE",
                        .help = "where to write it; else it is printed",
                        .letter = "-o"}},
           .run = capture,
           .details =
               "  firedrill persona capture http://127.0.0.1:8080/down -o down.http\n\n"
               "It is the raw response, in the form of HAProxy's errorfiles: without chunks and\n"
               "without the fields of the connection, and else as it came. In a configuration:\n\n"
               "  with: {page_file: down.http}"}};
}

}  // namespace firedrill::cli
