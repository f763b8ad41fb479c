#include "proxy/session/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <sys/select.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <unordered_map>

namespace firedrill {
namespace {

constexpr Duration kShortest = std::chrono::seconds(1);
constexpr Duration kLongest = std::chrono::minutes(5);
constexpr std::size_t kMostNames = 4096;

// Families take turns, beginning with that of the first address.
std::vector<SocketAddress> interleaved(const std::vector<SocketAddress>& sorted) {
  std::vector<SocketAddress> first, second, all;
  for (const SocketAddress& address : sorted) {
    (address.family() == sorted.front().family() ? first : second).push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < second.size()) all.push_back(second[i]);
  }
  return all;
}

}  // namespace

// The c-ares channel with the sockets that it has open, and the answers that are still good.
class Resolver::Channel final : public Runnable {
 public:
  explicit Channel(Loop& loop) : loop_(loop), timer_(loop, *this) {
    ares_library_init(ARES_LIB_INIT_ALL);
    ares_options options{};
    options.sock_state_cb = &Channel::on_socket;
    options.sock_state_cb_data = this;
    options.timeout = 1000;  // milliseconds a try; the caller's deadline rules
    options.tries = 3;
    usable_ = ares_init_options(&channel_, &options,
                                ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) ==
              ARES_SUCCESS;
  }
  ~Channel() override {
    if (usable_) ares_destroy(channel_);
    sockets_.clear();
    ares_library_cleanup();
  }

  struct Entry {
    Resolution resolution;
    TimePoint expires{};
    bool asking = false;
    std::set<Wakeup*> waiters;
  };

  // The entry for a name; asks for it unless it is good or being asked for.
  Entry& look_up(const std::string& host) {
    if (entries_.size() >= kMostNames) forget_expired();
    Entry& entry = entries_[host];
    if (entry.asking || entry.expires > loop_.now()) return entry;
    entry.resolution = {};
    if (!usable_) {
      entry.resolution.error = "the resolver could not be set up";
      return entry;
    }
    entry.asking = true;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    // The callback may come before this returns (a name of /etc/hosts).
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Channel::on_answer,
                     new Question{this, host});
    arm();
    return entry;
  }

  // c-ares has a time limit of its own to look at.
  void run() override {
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm();
  }

 private:
  struct Question {
    Channel* channel;
    std::string host;
  };

  static void on_answer(void* data, int status, int, ares_addrinfo* result) {
    const std::unique_ptr<Question> question(static_cast<Question*>(data));
    if (status != ARES_EDESTRUCTION) question->channel->answered(question->host, status, result);
    if (result != nullptr) ares_freeaddrinfo(result);
  }

  void answered(const std::string& host, int status, const ares_addrinfo* result) {
    Entry& entry = entries_[host];
    entry.asking = false;
    std::vector<SocketAddress> addresses;
    Duration ttl = kLongest;
    if (status == ARES_SUCCESS) {
      for (const auto* found = result->nodes; found != nullptr; found = found->ai_next) {
        if (found->ai_family != AF_INET && found->ai_family != AF_INET6) continue;
        SocketAddress address;
        address.size = found->ai_addrlen;
        std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
        addresses.push_back(address);
        ttl = std::min<Duration>(ttl, std::chrono::seconds(found->ai_ttl));
      }
    }
    if (addresses.empty()) {
      entry.resolution.error = status == ARES_SUCCESS ? "no addresses" : ares_strerror(status);
      ttl = kShortest;
    } else {
      entry.resolution.addresses = interleaved(addresses);
    }
    entry.expires = loop_.now() + std::clamp(ttl, kShortest, kLongest);
    for (Wakeup* waiter : entry.waiters) waiter->notify();
  }

  // c-ares has opened a socket, wants other events of it, or closes it.
  static void on_socket(void* data, ares_socket_t fd, int readable, int writable) {
    static_cast<Channel*>(data)->socket_changed(fd, readable != 0, writable != 0);
  }

  struct Watch {
    explicit Watch(asio::io_context& context, int fd) : descriptor(context.get_executor(), fd) {}
    ~Watch() { descriptor.release(); }  // c-ares closes it
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    Descriptor descriptor;
    bool want_read = false;
    bool want_write = false;
  };

  void socket_changed(int fd, bool readable, bool writable) {
    if (!readable && !writable) {
      sockets_.erase(fd);
      return;
    }
    auto& watch = sockets_[fd];
    if (watch == nullptr) watch = std::make_shared<Watch>(loop_.context(), fd);
    const bool read_now = readable && !std::exchange(watch->want_read, readable);
    const bool write_now = writable && !std::exchange(watch->want_write, writable);
    watch->want_read = readable;
    watch->want_write = writable;
    if (read_now) await(fd, watch, Descriptor::wait_read);
    if (write_now) await(fd, watch, Descriptor::wait_write);
  }

  void await(int fd, const std::shared_ptr<Watch>& watch, Descriptor::wait_type type) {
    watch->descriptor.async_wait(
        type, [this, fd, type, weak = std::weak_ptr(watch)](error_code ec) {
          if (ec || weak.expired()) return;
          const bool reading = type == Descriptor::wait_read;
          ares_process_fd(channel_, reading ? fd : ARES_SOCKET_BAD, reading ? ARES_SOCKET_BAD : fd);
          const auto still = weak.lock();
          if (still != nullptr && (reading ? still->want_read : still->want_write))
            await(fd, still, type);
          arm();
        });
  }

  void arm() {
    timeval limit{};
    if (ares_timeout(channel_, nullptr, &limit) == nullptr) return;
    timer_.arm(loop_.now() + std::chrono::seconds(limit.tv_sec) +
               std::chrono::microseconds(limit.tv_usec));
  }

  void forget_expired() {
    const TimePoint now = loop_.now();
    std::erase_if(entries_, [now](const auto& item) {
      return !item.second.asking && item.second.waiters.empty() && item.second.expires <= now;
    });
  }

  Loop& loop_;
  Timer timer_;
  ares_channel channel_ = nullptr;
  bool usable_ = false;
  std::map<int, std::shared_ptr<Watch>> sockets_;
  std::unordered_map<std::string, Entry> entries_;
};

Resolver::Resolver(Loop& loop) : channel_(std::make_unique<Channel>(loop)) {}

Resolver::~Resolver() = default;

Task<Resolution> Resolver::resolve(Address address, Wakeup& wakeup, TimePoint deadline) {
  Resolution resolution;
  if (const auto known = literal(address)) {
    resolution.addresses.push_back(*known);
    co_return resolution;
  }
  // References into an unordered_map stay valid; an entry with a waiter is not forgotten.
  Channel::Entry& entry = channel_->look_up(address.host);
  struct Waiting {
    Channel::Entry& entry;
    Wakeup& wakeup;
    ~Waiting() { entry.waiters.erase(&wakeup); }
  };
  if (entry.asking) {
    const Waiting waiting{entry, wakeup};
    entry.waiters.insert(&wakeup);
    while (entry.asking && wakeup.loop().now() < deadline) {
      co_await wakeup.wait_until(deadline);
    }
  }
  resolution = entry.resolution;
  if (entry.asking) resolution.error = "timed out";
  for (SocketAddress& found : resolution.addresses) found.set_port(address.port);
  co_return resolution;
}

}  // namespace firedrill
