#include "control/toxiproxy/routes.h"

#include "control/toxiproxy/proxy_log.h"
#include "control/toxiproxy/request_id.h"
#include "control/toxiproxy/response.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::toxiproxy {
namespace {

using admin::Request;
using admin::Response;
using admin::Verb;

struct Row {
  Verb method;
  const char* pattern;
  Response (*handler)(Store&, const Request&);
};

constexpr const char* kProxies = "/proxies";
constexpr const char* kProxy = "/proxies/{proxy}";
constexpr const char* kToxics = "/proxies/{proxy}/toxics";
constexpr const char* kToxic = "/proxies/{proxy}/toxics/{toxic}";

constexpr std::array kRows{
    Row{Verb::get, kProxies, list_proxies}, Row{Verb::post, kProxies, create_proxy},
    Row{Verb::get, kProxy, show_proxy},     Row{Verb::post, kProxy, update_proxy},
    Row{Verb::patch, kProxy, update_proxy}, Row{Verb::delete_, kProxy, delete_proxy},
    Row{Verb::get, kToxics, list_toxics},   Row{Verb::post, kToxics, create_toxic},
    Row{Verb::get, kToxic, show_toxic},     Row{Verb::post, kToxic, update_toxic},
    Row{Verb::patch, kToxic, update_toxic}, Row{Verb::delete_, kToxic, delete_toxic},
    Row{Verb::post, "/populate", populate}, Row{Verb::post, "/reset", reset},
    Row{Verb::get, "/version", version},
};

// The path without empty segments and dots, as the original's router redirects to it.
std::string clean(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") kept.push_back(segment);
    begin = end + 1;
  }
  std::string cleaned;
  for (const std::string_view segment : kept) cleaned += '/' + std::string(segment);
  if (cleaned.empty() || path.ends_with('/')) cleaned += '/';
  return cleaned;
}

// Whether a route of ours has the path, by another method.
bool is_ours(std::string_view path) {
  const std::string_view root = path.substr(0, path.find('/', 1));
  return std::ranges::any_of(kRows, [&](const Row& row) {
    const std::string_view pattern = row.pattern;
    return pattern.substr(0, pattern.find('/', 1)) == root;
  });
}

Response unmatched(const Request& request, Response refusal) {
  const std::string_view path = request.path;
  if (path == "/v1" || path.starts_with("/v1/")) return refusal;
  if (std::string cleaned = clean(path); cleaned != path) return moved(cleaned);
  if (refusal.status == 405) return is_ours(path) ? method_not_allowed() : refusal;
  return page_not_found();
}

// Around each handler: what the original does with every request that a route has matched. A name
// with a slash can't be addressed, and a browser is kept out by its name besides all else, since
// any page could make it a proxy into this network.
admin::Handler route(admin::Handler handler, const std::shared_ptr<RequestIds>& ids) {
  return [handler = std::move(handler), ids](const Request& request) {
    if (request.method == Verb::head) return method_not_allowed();
    if (std::string cleaned = clean(request.path); cleaned != request.path) return moved(cleaned);
    const bool slashed = std::ranges::any_of(request.params, [](const auto& param) {
      return param.second.find('/') != std::string::npos;
    });
    if (slashed) return page_not_found();
    const bool browser = request.header("User-Agent").starts_with("Mozilla/");
    Response response = browser ? agent_not_allowed() : handler(request);
    response.headers.emplace_back("X-Toxiproxy-Request-Id", ids->next());
    return response;
  };
}

}  // namespace

void add_routes(admin::Router& router, Store& store, const Options& options) {
  // Handlers are copied, and count together.
  const auto ids = std::make_shared<RequestIds>();
  const auto add = [&](Verb method, const char* pattern, admin::Handler handler) {
    router.add({.method = method,
                .pattern = pattern,
                .handler = route(std::move(handler), ids),
                .body_type = admin::BodyType::any,
                .body_limit = 4_MiB,
                .denial = admin::Denial::hidden});
  };
  for (const Row& row : kRows) {
    add(row.method, row.pattern, [&store, handler = row.handler](const Request& request) {
      return handler(store, request);
    });
  }
  if (const auto shown = options.metrics) {
    for (const Verb method : {Verb::get, Verb::post, Verb::put, Verb::patch, Verb::delete_}) {
      add(method, "/metrics", [&store, shown = *shown](const Request&) {
        return shown.proxy || shown.runtime ? metrics(store, shown) : page_not_found();
      });
    }
  }
  router.set_fallback(unmatched);
  if (options.logged == ProxiesLogged::yes) log_proxies(store);
}

}  // namespace firedrill::toxiproxy
