// Store, what its proxies need open: the sockets on which they listen, their access logs.

#include "control/store_state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace firedrill {
namespace {

// Why what stands at `path` is nothing to append lines to; "" when it is, or is not there yet.
std::string_view unfit_for_lines(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "";
  if (S_ISLNK(status.st_mode)) return "is a symbolic link, which is not followed";
  if (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode)) return "";
  return S_ISDIR(status.st_mode) ? "is a directory" : "is neither a regular file nor a FIFO";
}

// A pipe that nobody reads is refused, and never waited for.
Result<Fd> open_access_log(const std::string& path) {
  constexpr int kFlags =
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
  const auto refuse = [&](std::string_view why) {
    std::string what = "cannot open ";
    return Problems{{"access_log", what.append(path).append(": ").append(why)}};
  };
  if (const auto why = unfit_for_lines(path); !why.empty()) return refuse(why);
  Fd file(::open(path.c_str(), kFlags, 0640));
  if (!file) return refuse(std::strerror(errno));
  return file;
}

// The refusal that says of which proxy it is, and where that is configured.
Refusal refused(const Proxy& proxy, Refusal::Kind kind, Problems problems) {
  for (Problem& problem : problems) {
    if (const Value* at = proxy.definition.find(problem.path)) problem.at = at->at();
    problem.what = "proxy \"" + proxy.config->name + "\": " + problem.what;
  }
  return Refusal{kind, std::move(problems)};
}

}  // namespace

// Where the proxies listen that `next` does without.
std::vector<ListenPlace> Store::leaving(const State& next) const {
  std::vector<ListenPlace> all;
  for (const Proxy& proxy : proxies_) {
    const bool stays = std::ranges::find(next.proxies, proxy.id, &Proxy::id) != next.proxies.end();
    if (!stays && proxy.config->enabled) all.push_back({proxy.bound, proxy.config->protocol});
  }
  return all;
}

// Opens what `next` needs and does not have yet. On a refusal nothing of it stays open.
Change<> Store::open_files(State& next) {
  const std::vector<ListenPlace> left = leaving(next);
  opened_.resize(workers_.size());
  std::vector<Proxy*> fresh;
  for (Proxy& proxy : next.proxies) {
    if (proxy.id != 0) continue;
    proxy.id = next_proxy_++;
    proxy.bound = proxy.config->listen;
    fresh.push_back(&proxy);
  }
  // The file of a Unix socket changes hands at once, so what may be refused comes first.
  if (auto opened = open_access_logs(next); opened.has_error()) return opened;
  std::stable_partition(fresh.begin(), fresh.end(),
                        [](const Proxy* p) { return !p->config->listen.is_unix(); });
  return bind(fresh, left);
}

// Its sockets for all workers: those that were handed over to the process, else new ones.
Result<Listening> Store::listen_for(const ProxyConfig& config,
                                    const std::vector<ListenPlace>& left) const {
  auto inherited = inherited_.take(config, workers_.size());
  if (inherited.has_error()) return inherited.error();
  if (inherited->has_value()) return std::move(**inherited);
  return open_listeners(config, workers_.size(), left);
}

// What was handed over stays open beyond any proxy: who connects must not wait for nobody.
void Store::close_inherited() const {
  std::vector<ListenPlace> places{{config_.admin.listen, Protocol::tcp}};
  for (const Proxy& proxy : proxies_) {
    if (proxy.config->enabled) places.push_back({proxy.bound, proxy.config->protocol});
  }
  inherited_.close_all_but(places);
}

// Opens the listeners of proxies that have none yet.
Change<> Store::bind(const std::vector<Proxy*>& fresh, const std::vector<ListenPlace>& left) {
  for (Proxy* const one : fresh) {
    Proxy& proxy = *one;
    if (!proxy.config->enabled) continue;
    auto listening = listen_for(*proxy.config, left);
    if (listening.has_error()) return refused(proxy, Refusal::Kind::conflict, listening.error());
    proxy.bound = listening->address;
    for (std::size_t i = 0; i < opened_.size(); ++i) {
      opened_[i].sockets.emplace(proxy.id, std::move(listening->workers[i]));
    }
  }
  return {};
}

// Each worker has a descriptor of its own.
Change<> Store::open_access_logs(const State& next) {
  for (const Proxy& proxy : next.proxies) {
    const std::string& path = proxy.config->access_log;
    const auto known = published_.find(proxy.id);
    const bool same = known != published_.end() && known->second.config->access_log == path;
    if (path.empty() || !proxy.config->enabled || (same && !next.reopens_logs)) continue;
    for (Opened& opened : opened_) {
      auto file = open_access_log(path);
      if (file.has_error()) return refused(proxy, Refusal::Kind::invalid, file.error());
      opened.access_logs.insert_or_assign(proxy.id, std::move(*file));
    }
  }
  return {};
}

}  // namespace firedrill
