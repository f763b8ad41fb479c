#include "control/cli/api.h"

#include "control/admin/client.h"
#include "control/cli/json_text.h"

#include <cstdlib>
#include <ostream>

namespace firedrill::cli {
namespace {

constexpr const char* kDefaultAddress = "127.0.0.1:8474";

std::string address_of(const Invocation& call) {
  const char* const from_environment = std::getenv("FIREDRILL_ADMIN");
  const std::string fallback = from_environment == nullptr ? kDefaultAddress : from_environment;
  std::string address = call.value("--admin", fallback);
  constexpr std::string_view kScheme = "http://";
  if (address.starts_with(kScheme)) address.erase(0, kScheme.size());
  if (address.ends_with('/') && !address.starts_with("unix:")) address.pop_back();
  return address;
}

Result<boost::json::value> answer(const Result<admin::Client::Reply>& reply) {
  if (!reply) return reply.error();
  if (!reply->ok()) return Problems{{"", reply->error()}};
  return reply->json;
}

}  // namespace

std::vector<Option> with_api_options(std::vector<Option> options) {
  options.push_back({.name = "--admin",
                     .value = "ADDRESS",
                     .help = "the admin API: host:port or unix:PATH; else FIREDRILL_ADMIN, else "
                             "127.0.0.1:8474"});
  options.push_back({.name = "--token-file",
                     .value = "FILE",
                     .help = "holds the token to present; else FIREDRILL_TOKEN"});
  options.push_back({.name = "--json", .value = {}, .help = "shows the answer as JSON"});
  return options;
}

Result<admin::Client> client_for(const Invocation& call) {
  auto token = admin::client_token(call.value("--token-file"));
  if (!token) return token.error();
  return admin::Client::make({.address = address_of(call), .token = std::move(*token)});
}

Result<boost::json::value> get(const Invocation& call, const std::string& target) {
  const auto client = client_for(call);
  if (!client) return client.error();
  return answer(client->get(target));
}

Result<boost::json::value> put(const Invocation& call, const std::string& target,
                               const boost::json::value& body) {
  const auto client = client_for(call);
  if (!client) return client.error();
  return answer(client->put(target, body));
}

Result<boost::json::value> post(const Invocation& call, const std::string& target,
                                const boost::json::value& body) {
  const auto client = client_for(call);
  if (!client) return client.error();
  return answer(client->post(target, body));
}

Result<boost::json::value> patch(const Invocation& call, const std::string& target,
                                 const boost::json::value& body) {
  const auto client = client_for(call);
  if (!client) return client.error();
  return answer(client->patch(target, body));
}

Result<boost::json::value> remove(const Invocation& call, const std::string& target) {
  const auto client = client_for(call);
  if (!client) return client.error();
  return answer(client->remove(target));
}

std::string target_of(std::string_view collection, std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string target = std::string(collection) + '/';
  for (const char c : name) {
    if (kPlain.find(c) != std::string_view::npos) {
      target += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    target += {'%', kHex[byte >> 4], kHex[byte & 0xf]};
  }
  return target;
}

Exit refused(const Invocation& call, const Problems& problems) {
  call.err() << "firedrill: " << describe(problems) << '\n';
  return Exit::failed;
}

Exit show(const Invocation& call, const boost::json::value& json, const std::string& text) {
  call.out() << (call.has("--json") ? pretty(json) : text);
  return Exit::done;
}

}  // namespace firedrill::cli
