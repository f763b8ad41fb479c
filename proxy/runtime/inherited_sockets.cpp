#include "proxy/runtime/inherited_sockets.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace firedrill {
namespace {

constexpr int kFirst = 3;    // SD_LISTEN_FDS_START
constexpr int kMost = 1024;  // more were not handed over but mistyped

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

std::optional<int> number(const std::string& text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, value);
  return ec == std::errc() && stop == end && value >= 0 ? std::optional(value) : std::nullopt;
}

// The names of `count` sockets; one without has its number.
std::vector<std::string> names_of(const std::string& list, int count) {
  std::vector<std::string> names;
  std::size_t from = 0;
  for (int i = 0; i < count; ++i) {
    const std::size_t end = std::min(list.find(':', from), list.size());
    std::string name = list.substr(std::min(from, list.size()), end - std::min(from, end));
    names.push_back(name.empty() ? "socket " + std::to_string(kFirst + i) : std::move(name));
    from = end + 1;
  }
  return names;
}

int option_of(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

Fd copy_of(const Fd& fd) {
  return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

Problem no_copy(const std::string& name, int error) {
  return {"listen", "can't use the inherited socket \"" + name + "\": " + std::strerror(error)};
}

}  // namespace

Result<InheritedSockets> InheritedSockets::from_environment() {
  const std::string pid = variable("LISTEN_PID");
  const std::string count = variable("LISTEN_FDS");
  const std::string names = variable("LISTEN_FDNAMES");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  InheritedSockets inherited;
  if (pid.empty() || number(pid) != std::optional(static_cast<int>(::getpid()))) return inherited;
  const auto fds = number(count);
  if (!fds || *fds > kMost) {
    return Problems{
        {"LISTEN_FDS", "must be the number of inherited sockets, not \"" + count + "\""}};
  }
  Problems problems;
  const std::vector<std::string> named = names_of(names, *fds);
  for (int i = 0; i < *fds; ++i) {
    const auto number = static_cast<std::size_t>(i);
    for (Problem& problem : inherited.add(named[number], Fd(kFirst + i))) {
      problems.push_back(std::move(problem));
    }
  }
  if (!problems.empty()) return problems;
  return inherited;
}

Problems InheritedSockets::add(std::string name, Fd fd) {
  Inherited one{.name = std::move(name), .fd = std::move(fd), .type = 0, .address = {}};
  one.type = option_of(one.fd.get(), SO_TYPE);
  one.address = local_of(one.fd.get());
  const int family = one.address.family();
  const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  const bool stream = one.type == SOCK_STREAM;
  if (one.address.size == 0 || !known || (!stream && one.type != SOCK_DGRAM)) {
    return {{"LISTEN_FDS", "\"" + one.name + "\" is no TCP, UDP or Unix socket"}};
  }
  if (stream && peer_of(one.fd.get()).size != 0) {
    return {{"LISTEN_FDS", "\"" + one.name + "\" is a connection; a listener is needed, which " +
                               "systemd hands over with Accept=no"}};
  }
  ::fcntl(one.fd.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(one.fd.get(), F_SETFL, ::fcntl(one.fd.get(), F_GETFL) | O_NONBLOCK);
  set_listen_options(one.fd.get(), one.address, one.type);
  all_.push_back(std::move(one));
  return {};
}

std::vector<const InheritedSockets::Inherited*> InheritedSockets::at(const SocketAddress& address,
                                                                     int type) const {
  std::vector<const Inherited*> found;
  for (const Inherited& one : all_) {
    if (one.type == type && one.address.text() == address.text()) found.push_back(&one);
  }
  return found;
}

Result<std::optional<Listening>> InheritedSockets::take(const ProxyConfig& config,
                                                        unsigned workers) const {
  const auto address = literal(config.listen);
  if (!address) return std::optional<Listening>();
  const bool dns = config.protocol == Protocol::dns;
  const auto streams = at(*address, SOCK_STREAM);
  const auto datagrams = at(*address, SOCK_DGRAM);
  if (streams.empty() && (datagrams.empty() || !dns)) return std::optional<Listening>();
  if (dns && streams.empty() != datagrams.empty()) {
    const auto& lone = streams.empty() ? *datagrams.front() : *streams.front();
    return Problems{{"listen", "dns is spoken over UDP and TCP, and the inherited socket \"" +
                                   lone.name + "\" is for one of them; hand over the other too"}};
  }
  Listening listening{.address = config.listen, .workers = {}};
  for (unsigned i = 0; i < workers; ++i) {
    const Inherited& stream = *streams[i % streams.size()];
    ListenSockets mine{.stream = copy_of(stream.fd), .datagram = {}};
    // Whoever paused it last may be gone.
    if (!mine.stream || !listen_again(mine.stream.get())) {
      return Problems{no_copy(stream.name, errno)};
    }
    if (dns) mine.datagram = copy_of(datagrams[i % datagrams.size()]->fd);
    if (dns && !mine.datagram) return Problems{no_copy(datagrams.front()->name, errno)};
    listening.workers.push_back(std::move(mine));
  }
  return std::optional(std::move(listening));
}

Fd InheritedSockets::take_stream(const SocketAddress& address) const {
  const auto streams = at(address, SOCK_STREAM);
  return streams.empty() ? Fd() : copy_of(streams.front()->fd);
}

bool InheritedSockets::is_for(const Inherited& one, std::span<const ListenPlace> places) {
  return std::ranges::any_of(places, [&](const ListenPlace& place) {
    const auto address = literal(place.address);
    return address && address->text() == one.address.text() &&
           (one.type == SOCK_STREAM || place.protocol == Protocol::dns);
  });
}

Problems InheritedSockets::unused(std::span<const ListenPlace> places) const {
  Problems problems;
  for (const Inherited& one : all_) {
    if (is_for(one, places)) continue;
    problems.push_back({"LISTEN_FDS", "the inherited socket \"" + one.name + "\" is at " +
                                          one.address.text() +
                                          (one.type == SOCK_DGRAM ? " (UDP)" : "") +
                                          ", where nothing that is configured listens"});
  }
  return problems;
}

// A Unix socket can't be opened again.
void InheritedSockets::close_all_but(std::span<const ListenPlace> places) const {
  for (const Inherited& one : all_) {
    const bool reopens = one.type == SOCK_STREAM && one.address.family() != AF_UNIX;
    if (reopens && !is_for(one, places)) ::shutdown(one.fd.get(), SHUT_RD);
  }
}

}  // namespace firedrill
