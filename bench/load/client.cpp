// bench_client: loads a proxy for a while and prints what happened as one line of JSON.
//   bench_client LOAD --to ADDRESS:PORT [--seconds S] [--warmup S] [--process PID] [--least S] ...
// The loads and their own options are in kLoads below. With --process, the CPU time which that
// process used while the load was measured is part of the result; with --least, the number of
// exchanges that took less time than that.

#include "bench/load/audit_client.h"
#include "bench/load/bulk_client.h"
#include "bench/load/dns_burst_client.h"
#include "bench/load/dns_tcp_client.h"
#include "bench/load/dns_udp_client.h"
#include "bench/load/event_loop.h"
#include "bench/load/exchange_client.h"
#include "bench/load/meter.h"
#include "bench/load/options.h"
#include "bench/load/reply.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

namespace firedrill::bench {
namespace {

constexpr Options::Range kConnections{.least = 1, .most = 10000};
constexpr Options::Range kSizes{.least = 1, .most = 16 << 20};
constexpr Options::Range kBodies{.least = 0, .most = 16 << 20};
constexpr Options::Range kWindows{.least = 1, .most = 10000};
constexpr Options::Range kRates{.least = 0, .most = 1'000'000};
constexpr Options::Range kSeconds{.least = 0, .most = 600};
constexpr std::chrono::seconds kWarmUpLimit(30);
constexpr std::chrono::seconds kEndLimit(10);

Duration seconds(double count) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
}

std::size_t size_option(Options& options, const std::string& name, std::int64_t otherwise,
                        Options::Range range) {
  return static_cast<std::size_t>(options.integer(name, otherwise, range));
}

std::optional<ProcessClock> measured_process(Options& options) {
  const auto process = options.integer("process", 0, {.least = 0, .most = 1 << 22});
  if (process == 0) return std::nullopt;
  return ProcessClock(static_cast<pid_t>(process));
}

// What every load is made of: where to, for how long, and who counts.
struct Run {
  explicit Run(Options& options)
      : to(Endpoint::parse(options.text("to", ""))),
        measured(seconds(options.number("seconds", 1, kSeconds))),
        warm_up(seconds(options.number("warmup", 0.2, kSeconds))),
        meter(measured_process(options), seconds(options.number("least", 0, kSeconds))) {}

  // Lets the load run until all of it works and has settled, measures it, and prints the result.
  void measure(const std::function<bool()>& warm) {
    observe(warm);
    std::cout << meter.json() << std::endl;
  }

  void observe(const std::function<bool()>& warm) {
    settle(warm);
    meter.begin();
    loop.run_until(Clock::now() + measured);
    meter.end();
  }

  void settle(const std::function<bool()>& warm) {
    loop.run_until(Clock::now() + kWarmUpLimit, warm);
    if (!warm()) throw std::runtime_error("some connections got no answer: " + meter.json());
    loop.run_until(Clock::now() + warm_up);
  }

  Endpoint to;
  Duration measured;
  Duration warm_up;
  Meter meter;
  EventLoop loop;
};

// --connections N, --size BYTES of a message; --pause SECONDS between exchanges.
void echo(Options& options, Connections use) {
  Run run(options);
  const std::size_t size = size_option(options, "size", 64, kSizes);
  ExchangeClient<EchoReply>::Plan plan{
      .to = run.to,
      .request = std::string(size, 'x'),
      .reply = EchoReply(size),
      .connections = size_option(options, "connections", 1, kConnections),
      .use = use,
      .pause = seconds(options.number("pause", 0, kSeconds))};
  options.refuse_unknown();
  ExchangeClient<EchoReply> client(run.loop, run.meter, std::move(plan));
  run.measure([&] { return client.warm(); });
}

// --connections N, --size BYTES of the body; --form length or chunked.
ExchangeClient<HttpReply>::Plan http_plan(Options& options, const Run& run, Connections use) {
  const std::size_t size = size_option(options, "size", 100, kBodies);
  const std::string path = "/" + options.text("form", "length") + "/" + std::to_string(size);
  const std::string last = use == Connections::kept ? "" : "Connection: close\r\n";
  return {.to = run.to,
          .request = "GET " + path +
                     " HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: bench\r\n"
                     "Accept: */*\r\nAccept-Encoding: identity\r\n" +
                     last + "\r\n",
          .reply = HttpReply(size),
          .connections = size_option(options, "connections", 1, kConnections),
          .use = use};
}

void http(Options& options, Connections use) {
  Run run(options);
  auto plan = http_plan(options, run, use);
  options.refuse_unknown();
  ExchangeClient<HttpReply> client(run.loop, run.meter, std::move(plan));
  run.measure([&] { return client.warm(); });
}

// --connections N, --size BYTES of a chunk; --pause SECONDS between chunks. Each connection has one
// request and one response, both of chunks without end: a chunk goes up and comes back down.
void http_chunks(Options& options) {
  Run run(options);
  const std::string payload(size_option(options, "size", 100, kSizes), 'x');
  std::array<char, 16> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), payload.size(), 16);
  const std::string chunk = std::string(digits.data(), end) + "\r\n" + payload + "\r\n";
  ExchangeClient<ChunkReply>::Plan plan{
      .to = run.to,
      .opening = "POST /echo HTTP/1.1\r\nHost: bench.test\r\nTransfer-Encoding: chunked\r\n\r\n",
      .request = chunk,
      .reply = ChunkReply(chunk),
      .connections = size_option(options, "connections", 1, kConnections),
      .pause = seconds(options.number("pause", 0, kSeconds))};
  options.refuse_unknown();
  ExchangeClient<ChunkReply> client(run.loop, run.meter, std::move(plan));
  run.measure([&] { return client.warm(); });
}

// --connections N at a time, --size BYTES that each sends. Those that are under way when the time
// is over come to their end before the result is printed.
void audit(Options& options) {
  Run run(options);
  const AuditClient::Plan plan{.to = run.to,
                               .size = size_option(options, "size", 64 << 10, kSizes),
                               .connections = size_option(options, "connections", 1, kConnections)};
  options.refuse_unknown();
  AuditClient client(run.loop, run.meter, plan);
  run.observe([&] { return client.warm(); });
  client.stop();
  run.loop.run_until(Clock::now() + kEndLimit, [&] { return client.idle(); });
  client.give_up();
  std::cout << run.meter.json() << std::endl;
}

// --streams K.
void bulk(Options& options, Direction direction) {
  Run run(options);
  const BulkClient::Plan plan{.to = run.to,
                              .direction = direction,
                              .streams = size_option(options, "streams", 1, kConnections)};
  options.refuse_unknown();
  BulkClient client(run.loop, run.meter, plan);
  run.measure([&] { return client.warm(); });
}

// --sockets N, --window QUERIES on each; --rate QUERIES a second in all, rather than as many as the
// windows hold.
void dns_udp(Options& options) {
  Run run(options);
  const double rate = options.number("rate", 0, kRates);
  const dns::UdpClient::Plan plan{.to = run.to,
                                  .sockets = size_option(options, "sockets", 8, kConnections),
                                  .window = size_option(options, "window", 8, kWindows),
                                  .interval = rate > 0 ? seconds(1 / rate) : Duration::zero()};
  options.refuse_unknown();
  dns::UdpClient client(run.loop, run.meter, plan);
  run.measure([&] { return client.warm(); });
}

// --size QUERIES at once, --pause SECONDS from one such burst to the next.
void dns_burst(Options& options) {
  Run run(options);
  const dns::BurstClient::Plan plan{.to = run.to,
                                    .size = size_option(options, "size", 500, kWindows),
                                    .interval = seconds(options.number("pause", 0.1, kSeconds))};
  options.refuse_unknown();
  dns::BurstClient client(run.loop, run.meter, plan);
  run.measure([&] { return client.warm(); });
}

// --connections N, --window QUERIES on each.
void dns_tcp(Options& options) {
  Run run(options);
  const dns::TcpClient::Plan plan{
      .to = run.to,
      .connections = size_option(options, "connections", 4, kConnections),
      .window = size_option(options, "window", 16, kWindows)};
  options.refuse_unknown();
  dns::TcpClient client(run.loop, run.meter, plan);
  run.measure([&] { return client.warm(); });
}

// Makes one exchange on each connection, says so, and holds them until the time is over. How much
// memory they cost is for the caller to see.
template <class Reply>
void hold(Run& run, typename ExchangeClient<Reply>::Plan plan) {
  plan.pause = ExchangeClient<Reply>::kNoMore;
  ExchangeClient<Reply> client(run.loop, run.meter, std::move(plan));
  run.settle([&] { return client.warm(); });
  std::cout << run.meter.json() << std::endl;
  run.loop.run_until(Clock::now() + run.measured);
}

void idle_echo(Options& options) {
  constexpr std::size_t kMessage = 64;
  Run run(options);
  const std::size_t connections = size_option(options, "connections", 1, kConnections);
  options.refuse_unknown();
  hold<EchoReply>(run, {.to = run.to,
                        .request = std::string(kMessage, 'x'),
                        .reply = EchoReply(kMessage),
                        .connections = connections});
}

void idle_http(Options& options) {
  Run run(options);
  auto plan = http_plan(options, run, Connections::kept);
  options.refuse_unknown();
  hold<HttpReply>(run, std::move(plan));
}

const std::map<std::string, std::function<void(Options&)>> kLoads = {
    {"echo", [](Options& options) { echo(options, Connections::kept); }},
    {"echo-connect", [](Options& options) { echo(options, Connections::one_per_request); }},
    {"http", [](Options& options) { http(options, Connections::kept); }},
    {"http-connect", [](Options& options) { http(options, Connections::one_per_request); }},
    {"http-chunks", http_chunks},
    {"audit", audit},
    {"bulk-up", [](Options& options) { bulk(options, Direction::up); }},
    {"bulk-down", [](Options& options) { bulk(options, Direction::down); }},
    {"dns-udp", dns_udp},
    {"dns-burst", dns_burst},
    {"dns-tcp", dns_tcp},
    {"idle-echo", idle_echo},
    {"idle-http", idle_http},
};

void load(int count, const char* const* arguments) {
  const auto found = count > 0 ? kLoads.find(arguments[0]) : kLoads.end();
  if (found == kLoads.end()) {
    std::string names;
    for (const auto& [name, run] : kLoads) names += ' ' + name;
    throw std::invalid_argument("the first argument must be one of" + names);
  }
  Options options(count - 1, arguments + 1);
  raise_descriptor_limit();
  found->second(options);
}

}  // namespace
}  // namespace firedrill::bench

int main(int argc, char** argv) {
  try {
    firedrill::bench::load(argc - 1, argv + 1);
  } catch (const std::exception& error) {
    std::cerr << "bench_client: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
