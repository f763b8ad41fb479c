#include "control/toxiproxy/proxy.h"

#include "control/toxiproxy/json_writer.h"
#include "control/toxiproxy/listen_address.h"
#include "control/toxiproxy/members.h"
#include "control/toxiproxy/toxic_fault.h"

#include <boost/assert.hpp>

#include <cctype>
#include <cstring>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

// The first text of a definition's key, which may be a list.
std::string text_of(const Value& definition, std::string_view key) {
  const Value* value = definition.find(key);
  if (value != nullptr && value->list() != nullptr && !value->list()->empty()) {
    value = &value->list()->front();
  }
  return value != nullptr && value->text() != nullptr ? value->text()->text : "";
}

Value definition_map(const ProxyInput& input) {
  Value::Map map;
  map.push_back({"name", Value::string(input.name)});
  map.push_back({"protocol", Value::string("tcp")});
  map.push_back({"listen", Value::string(input.listen)});
  map.push_back({"upstream", Value::string(input.upstream)});
  map.push_back(
      {"enabled", Value(Value::Text{Value::Scalar::boolean, input.enabled ? "true" : "false"})});
  return Value(std::move(map));
}

// Where its connections go: nowhere when that is no address or must not be reached.
Upstream reachable(const std::string& text, ProxyConfig config) {
  const auto address = parse_address(text);
  if (!address) return {};
  config.upstream = {.addresses = {*address}, .system = false};
  return wrong_upstream(config).empty() ? config.upstream : Upstream{};
}

// "Address already in use" as Go writes it.
std::string go_error(int error) {
  std::string text = std::strerror(error);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace

Outcome<ProxyInput> read_proxy_input(const Json& json, ProxyInput known) {
  Members members(json, "Proxy");
  ProxyInput input{.name = members.string("name", known.name),
                   .listen = members.string("listen", known.listen),
                   .upstream = members.string("upstream", known.upstream),
                   .enabled = members.boolean("enabled", known.enabled)};
  if (!members.error().empty()) return bad_body(members.error());
  return input;
}

Outcome<> check_new(const ProxyInput& input, const std::string& where) {
  if (input.name.empty()) return Failure{400, "missing required field: name" + where};
  if (input.upstream.empty()) return Failure{400, "missing required field: upstream" + where};
  if (input.name == "*") return Failure{400, "a proxy can't be named *, which means every proxy"};
  return {};
}

ProxyInput input_of(const Proxy& proxy) {
  const bool enabled = proxy.config->enabled;
  return {.name = proxy.config->name,
          .listen = enabled ? go_text(proxy.bound) : text_of(proxy.definition, "listen"),
          .upstream = text_of(proxy.definition, "upstream"),
          .enabled = enabled};
}

Outcome<ProxyDefinition> definition_of(const ProxyInput& input, const Proxy* base) {
  ProxyDefinition made{.config = {}, .definition = Value(Value::Map{})};
  if (base != nullptr) made = {.config = *base->config, .definition = base->definition};
  ProxyConfig& config = made.config;
  config.name = input.name;
  config.protocol = Protocol::tcp;
  config.enabled = input.enabled;
  config.listen = {};
  if (input.enabled) {
    auto listen = resolve_listen(input.listen);
    if (listen.has_error()) return listen.error();
    config.listen = std::move(*listen);
  }
  const bool same_upstream = base != nullptr && input_of(*base).upstream == input.upstream;
  Value changes = definition_map(input);
  if (same_upstream) {
    std::erase_if(*changes.map(), [](const auto& entry) { return entry.key == "upstream"; });
  } else {
    config.upstream = reachable(input.upstream, config);
  }
  made.definition = merge_patch(made.definition, changes);
  return made;
}

Outcome<> install(Store& store, const ProxyInput& input, const Actor& actor) {
  auto definition = definition_of(input, store.find_proxy(input.name));
  if (definition.has_error()) {
    return Failure{definition.error().status, "listen tcp: " + definition.error().message};
  }
  const std::string wanted = go_text(definition->config.listen);
  const auto done = store.install_proxy(std::move(*definition), actor);
  if (done.has_value()) return {};
  const int error = done.error().problems.front().error;
  if (error == 0) return failure_of(done.error());
  return Failure{500, "listen tcp " + wanted + ": bind: " + go_error(error)};
}

std::string json_of(const Store& store, const Proxy& proxy) {
  const ProxyInput input = input_of(proxy);
  JsonArray toxics;
  for (const ActiveToxic& active : toxics_of(store, input.name)) toxics.add(json_of(active.toxic));
  return JsonObject()
      .add("name", json_string(input.name))
      .add("listen", json_string(input.listen))
      .add("upstream", json_string(input.upstream))
      .add("enabled", input.enabled ? "true" : "false")
      .add("toxics", toxics.text())
      .text();
}

Failure failure_of(const Refusal& refusal) {
  BOOST_ASSERT(!refusal.problems.empty());
  return {.status = 500, .message = refusal.problems.front().what};
}

}  // namespace firedrill::toxiproxy
