#include "control/toxiproxy/config_file.h"

#include "control/toxiproxy/members.h"
#include "control/toxiproxy/proxy.h"
#include "control/toxiproxy/toxic_fault.h"
#include "proxy/session/file_text.h"

#include <algorithm>
#include <utility>

namespace firedrill::toxiproxy {
namespace {

Problem problem(std::string path, std::string what) {
  return {.path = std::move(path), .what = std::move(what)};
}

// Reads one file's entries into a copy of the configuration.
class Reader {
 public:
  explicit Reader(Config config) : config_(std::move(config)) {}

  void read(const Json& json) {
    if (json.kind != Json::Kind::array) {
      complain("", "must be an array of proxies, not " + std::string(kind_name(json.kind)));
    }
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      read_proxy(json.items[i], "[" + std::to_string(i) + "]", std::to_string(i + 1));
    }
    for (const Problem& found : check_references(config_)) problems_.push_back(found);
  }

  const Problems& problems() const { return problems_; }
  Config take() { return std::move(config_); }

 private:
  void complain(const std::string& path, const std::string& what) {
    problems_.push_back(problem(path, what));
  }

  void read_proxy(const Json& json, const std::string& path, const std::string& number) {
    const auto input = read_proxy_input(json);
    if (input.has_error()) return complain(path, input.error().message);
    if (auto wrong = check_new(*input, " at proxy " + number); wrong.has_error()) {
      return complain(path, wrong.error().message);
    }
    auto proxy = definition_of(*input);
    if (proxy.has_error()) return complain(path + ".listen", proxy.error().message);
    config_.proxies.push_back(std::move(*proxy));
    read_toxics(json, path, input->name);
  }

  void read_toxics(const Json& json, const std::string& path, const std::string& proxy) {
    Members members(json, "Proxy");
    const Json& toxics = members.array("toxics", "[]toxics.ToxicWrapper");
    if (!members.error().empty()) return complain(path, members.error());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < toxics.items.size(); ++i) {
      const std::string where = path + ".toxics[" + std::to_string(i) + "]";
      const auto toxic = read_toxic(toxics.items[i]);
      if (toxic.has_error()) {
        complain(where, toxic.error().message);
      } else if (std::ranges::find(names, toxic->name) != names.end()) {
        complain(where, "toxic already exists");
      } else {
        names.push_back(toxic->name);
        add_toxic(*toxic, proxy, where);
      }
    }
  }

  void add_toxic(const Toxic& toxic, const std::string& proxy, const std::string& where) {
    const auto taken = [&](const std::string& name) {
      return std::ranges::find(config_.faults, name, &FaultConfig::name) != config_.faults.end();
    };
    auto fault = read_fault(definition_of(toxic, proxy), fault_name(proxy, toxic.name, taken));
    if (fault.has_error()) return complain(where, describe(fault.error()));
    fault->enabled = true;
    fault->lifetime = config_.defaults.max_lifetime;
    config_.faults.push_back(std::move(*fault));
  }

  Config config_;
  Problems problems_;
};

}  // namespace

std::vector<FileProblem> add_config_file(Config& config, const std::string& path) {
  const auto text = file_text(path);
  if (text.has_error()) return {{.file = path, .problem = text.error().front()}};
  const auto json = parse_json(*text);
  if (json.has_error()) return {{.file = path, .problem = problem("", json.error().what)}};
  Reader reader(config);
  reader.read(*json);
  std::vector<FileProblem> problems;
  for (const Problem& found : reader.problems()) {
    problems.push_back({.file = path, .problem = found});
  }
  if (problems.empty()) config = reader.take();
  return problems;
}

}  // namespace firedrill::toxiproxy
