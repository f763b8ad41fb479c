// bench_backend: the services behind the proxies that are measured. It prints their ports as one
// line of JSON and serves until its time is over.

#include "bench/load/bulk_service.h"
#include "bench/load/dns_conversation.h"
#include "bench/load/dns_udp_service.h"
#include "bench/load/echo_conversation.h"
#include "bench/load/event_loop.h"
#include "bench/load/http_conversation.h"
#include "bench/load/options.h"
#include "bench/load/stream_service.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

namespace firedrill::bench {
namespace {

void serve(Options options) {
  const auto port = [&](const std::string& name) {
    return static_cast<std::uint16_t>(options.integer(name, 0, {.least = 0, .most = 65535}));
  };
  const std::chrono::seconds lifetime(
      options.integer("seconds", 3600, {.least = 1, .most = 86400}));
  raise_descriptor_limit();
  EventLoop loop;
  const StreamService<EchoConversation> echo(loop, port("echo"));
  const StreamService<HttpConversation> http(loop, port("http"));
  const BulkService sink(loop, Direction::up, port("sink"));
  const BulkService source(loop, Direction::down, port("source"));
  const StreamService<dns::Conversation> dns_tcp(loop, port("dns"));
  const dns::UdpService dns_udp(loop, dns_tcp.port());
  options.refuse_unknown();

  std::cout << boost::json::object{{"echo", echo.port()},
                                   {"http", http.port()},
                                   {"sink", sink.port()},
                                   {"source", source.port()},
                                   {"dns", dns_udp.port()}}
            << std::endl;
  loop.run_until(Clock::now() + lifetime);
}

}  // namespace
}  // namespace firedrill::bench

int main(int argc, char** argv) {
  try {
    firedrill::bench::serve({argc - 1, argv + 1});
  } catch (const std::exception& error) {
    std::cerr << "bench_backend: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
