#include "proxy/runtime/listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace firedrill {
namespace {

constexpr int kReceiveBuffer = 4 << 20;

Problem refused(const Address& address, int error) {
  std::string what = "can't listen on " + format(address) + ": " + std::strerror(error);
  if (error == EADDRINUSE)
    what += "; stop what listens there, or choose another port (0 picks a free one)";
  if (error == EACCES) what += "; a port below 1024 needs CAP_NET_BIND_SERVICE";
  if (error == EADDRNOTAVAIL) what += "; no interface has that address";
  return {.path = "listen", .what = what, .error = error};
}

void enable(int fd, int level, int option, int value = 1) {
  setsockopt(fd, level, option, &value, sizeof value);
}

bool is_wildcard(const SocketAddress& address) {
  const Cidr::Raw ip = address.ip();
  return ip == Cidr::Raw{} ||
         (address.family() == AF_INET &&
          std::all_of(ip.begin() + 12, ip.end(), [](auto byte) { return byte == 0; }));
}

// A bound socket of `type`, listening if it is a stream; without one, errno says why.
Fd bound_socket(const SocketAddress& address, int type) {
  Fd fd(::socket(address.family(), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  if (address.family() == AF_INET6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (address.family() != AF_UNIX) enable(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  set_listen_options(fd.get(), address, type);
  const bool ok = ::bind(fd.get(), address.get(), address.size) == 0 &&
                  (type != SOCK_STREAM || ::listen(fd.get(), kListenBacklog) == 0);
  if (!ok) fd.close();
  return fd;
}

// Somebody else's listener would share the port through SO_REUSEPORT: ask for it alone first.
int taken(const SocketAddress& address, int type) {
  if (address.family() == AF_UNIX || address.port() == 0) return 0;
  const Fd fd(::socket(address.family(), type | SOCK_CLOEXEC, 0));
  if (!fd) return errno;
  if (address.family() == AF_INET6) enable(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (type == SOCK_STREAM) enable(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  return ::bind(fd.get(), address.get(), address.size) == 0 ? 0 : errno;
}

// The first bind of a port 0 picks the port for all others. It may be bound for one kind of socket
// and in use for another, so that dns tries a few times.
constexpr int kPortTries = 16;

int bind_all(SocketAddress& address, Protocol protocol, unsigned workers,
             std::vector<ListenSockets>& sockets) {
  const std::uint16_t wanted = address.port();
  for (int attempt = 0; attempt < kPortTries; ++attempt) {
    sockets.clear();
    address.set_port(wanted);
    int error = 0;
    for (unsigned i = 0; i < workers && error == 0; ++i) {
      ListenSockets mine;
      mine.stream = bound_socket(address, SOCK_STREAM);
      if (!mine.stream) error = errno;
      if (error == 0 && address.port() == 0) {
        // A port that the kernel picked is given back when the listener pauses; one that was asked
        // for by number stays bound. So ask again, by number.
        address.set_port(local_of(mine.stream.get()).port());
        mine.stream = bound_socket(address, SOCK_STREAM);
        if (!mine.stream) error = errno;
      }
      if (error == 0 && protocol == Protocol::dns) {
        mine.datagram = bound_socket(address, SOCK_DGRAM);
        if (!mine.datagram) error = errno;
      }
      sockets.push_back(std::move(mine));
    }
    if (error == 0) return 0;
    if (wanted != 0 || error != EADDRINUSE) return error;
  }
  return EADDRINUSE;
}

// Whether what listens there is leaving; the sockets of a dns proxy are of both types.
bool is_left(const SocketAddress& address, int type, std::span<const ListenPlace> leaving) {
  return std::ranges::any_of(leaving, [&](const ListenPlace& one) {
    const auto old = literal(one.address);
    if (!old || one.address.is_unix() || old->port() != address.port()) return false;
    if (type == SOCK_DGRAM && one.protocol != Protocol::dns) return false;
    return old->ip() == address.ip() || is_wildcard(*old) || is_wildcard(address);
  });
}

// Only what nobody listens on any more is in the way; a listener too busy to answer is one.
int clear_stale(const SocketAddress& address, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  if (!S_ISSOCK(status.st_mode)) return EEXIST;
  if (!is_abandoned(address)) return EADDRINUSE;
  return ::unlink(path.c_str()) == 0 ? 0 : errno;
}

Result<Listening> open_unix(const ProxyConfig& config, const SocketAddress& address,
                            unsigned workers, std::span<const ListenPlace> leaving) {
  const std::string& path = config.listen.unix_path;
  const bool ours =
      std::ranges::find(leaving, config.listen, &ListenPlace::address) != leaving.end();
  if (ours) ::unlink(path.c_str());
  if (const int error = clear_stale(address, path); error != 0) {
    return Problems{refused(config.listen, error)};
  }
  Fd fd = bound_socket(address, SOCK_STREAM);
  if (!fd) return Problems{refused(config.listen, errno)};
  Listening listening{.address = config.listen, .workers = {}};
  for (unsigned i = 1; i < workers; ++i) {
    Fd shared(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!shared) return Problems{refused(config.listen, errno)};
    listening.workers.push_back({.stream = std::move(shared), .datagram = {}});
  }
  listening.workers.push_back({.stream = std::move(fd), .datagram = {}});
  return listening;
}

}  // namespace

bool listen_again(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0) return true;
  // Of the workers that share a socket, each shuts it down. The second finds one that does not
  // listen any more, and marks it so that whatever it accepts later reads as ended; to disconnect
  // takes the mark away.
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  ::connect(fd, &nobody, sizeof nobody);
  return ::listen(fd, kListenBacklog) == 0;
}

void set_listen_options(int fd, const SocketAddress& address, int type) {
  if (type == SOCK_STREAM && address.family() != AF_UNIX) {
    enable(fd, IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
    // One that was closed for a while listens again beside the connections it had.
    enable(fd, SOL_SOCKET, SO_REUSEADDR);
  }
  if (type != SOCK_DGRAM) return;
  enable(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
  enable(fd, SOL_SOCKET, SO_RXQ_OVFL);
  // On a wildcard address the answer must come from where the question went.
  if (!is_wildcard(address)) return;
  enable(fd, IPPROTO_IP, IP_PKTINFO);
  if (address.family() == AF_INET6) enable(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
}

Result<Listening> open_listeners(const ProxyConfig& config, unsigned workers,
                                 std::span<const ListenPlace> leaving) {
  auto address = literal(config.listen);
  if (!address) return Problems{{"listen", "must have an IP address, not a name"}};
  if (config.listen.is_unix()) return open_unix(config, *address, workers, leaving);
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    if (type == SOCK_DGRAM && config.protocol != Protocol::dns) continue;
    if (is_left(*address, type, leaving)) continue;
    if (const int error = taken(*address, type); error != 0)
      return Problems{refused(config.listen, error)};
  }
  Listening listening{.address = config.listen, .workers = {}};
  if (const int error = bind_all(*address, config.protocol, workers, listening.workers);
      error != 0) {
    return Problems{refused(config.listen, error)};
  }
  listening.address.port = address->port();
  return listening;
}

}  // namespace firedrill
