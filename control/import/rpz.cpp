#include "control/import/rpz.h"

#include "control/import/rpz_client.h"
#include "proxy/codec/dns/name.h"
#include "proxy/codec/dns/records.h"
#include "proxy/codec/dns/zone_file.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <optional>

namespace firedrill {
namespace {

using dns::ZoneRecord;

// The records of one owner, which make one policy.
struct Policy {
  std::string owner;  // relative to the zone
  std::vector<const ZoneRecord*> records;
  int line() const { return records.front()->line; }
};

// A fault in the making.
struct Draft {
  std::string owner;
  int line = 0;
  std::string type;
  std::vector<std::string> answers = {};   // of dns.answer
  std::optional<std::string> source = {};  // instead of the owner's name
  std::vector<std::string> except = {};
};

bool is_wildcard(std::string_view owner) {
  return owner == "*" || owner.starts_with("*.");
}

// Whether the policy of `owner`, a wildcard, is also for `name` but for a more exact one.
bool covers(const std::string& owner, const std::string& name) {
  if (!is_wildcard(owner) || owner == name || name == "*") return false;
  const auto pattern = dns::NamePattern::parse(owner);
  // What is below a name is below all that the name is below.
  const auto below = dns::parse_name(is_wildcard(name) ? name.substr(2) : name);
  return pattern && below && pattern->matches(dns::FoldedName(*below));
}

// The fault type, or `passthru`, that the CNAME of a policy means; "" for data of its own.
std::string_view action_of(const Policy& policy) {
  const ZoneRecord& record = *policy.records.front();
  if (policy.records.size() != 1 || record.type != "CNAME") return "";
  static constexpr std::pair<std::string_view, std::string_view> kActions[] = {
      {".", "dns.nxdomain"},
      {"*.", "dns.nodata"},
      {"rpz-drop.", "dns.drop"},
      {"rpz-tcp-only.", "dns.truncate"},
      {"rpz-passthru.", "passthru"}};
  for (const auto& [target, action] : kActions) {
    if (record.data == target) return action;
  }
  return "";
}

class Import {
 public:
  explicit Import(const std::string& proxy) : proxy_(proxy) {}

  RpzImport run(std::string_view text) {
    const dns::ZoneFile zone = dns::parse_zone(text);
    for (const dns::ZoneMistake& mistake : zone.mistakes) leave(mistake.line, mistake.what);
    const auto soa = std::ranges::find(zone.records, "SOA", &ZoneRecord::type);
    if (soa == zone.records.end()) {
      leave(1, "has no SOA record, without which nobody knows the zone's name");
    } else {
      for (const Policy& policy : policies_of(zone.records, soa->owner)) translate(policy);
    }
    for (const Policy& exception : exceptions_) except(exception);
    for (const Draft& draft : drafts_) write(draft);
    std::ranges::stable_sort(done_.rest, {}, &RpzRest::line);
    done_.faults = drafts_.size();
    if (drafts_.empty()) done_.yaml = "faults: []\n";
    return std::move(done_);
  }

 private:
  void leave(int line, std::string what) { done_.rest.push_back({line, std::move(what)}); }

  // In the order of their first lines.
  std::vector<Policy> policies_of(const std::vector<ZoneRecord>& records, const std::string& apex) {
    std::vector<Policy> policies;
    std::map<std::string, std::size_t> places;
    const std::string suffix = apex == "." ? "" : "." + apex;
    for (const ZoneRecord& record : records) {
      if (record.owner == apex) continue;  // SOA, NS: of the zone itself
      if (!record.owner.ends_with(suffix)) {
        leave(record.line, record.owner + " is not in the zone " + apex);
        continue;
      }
      std::string owner = record.owner.substr(0, record.owner.size() - suffix.size());
      const auto [place, fresh] = places.emplace(owner, policies.size());
      if (fresh) policies.push_back({.owner = std::move(owner), .records = {}});
      policies[place->second].records.push_back(&record);
    }
    return policies;
  }

  void translate(const Policy& policy) {
    Draft draft{
        .owner = policy.owner, .line = policy.line(), .type = std::string(action_of(policy))};
    const std::string_view trigger = rpz_trigger(policy.owner);
    if (trigger == kRpzClient) {
      draft.source = rpz_client(policy.owner);
      if (!draft.source) return leave(policy.line(), policy.owner + " names no block of addresses");
      if (draft.type == "passthru")
        return leave(policy.line(), "rpz-passthru for a client: no fault can be taken from it");
    } else if (!trigger.empty()) {
      return leave(policy.line(), std::string(trigger) + ": no fault asks what the answer holds");
    }
    if (draft.type == "passthru") return exceptions_.push_back(policy);
    if (draft.type.empty() && !take_data(policy, draft)) return;
    drafts_.push_back(std::move(draft));
  }

  bool take_data(const Policy& policy, Draft& draft) {
    draft.type = "dns.answer";
    for (const ZoneRecord* record : policy.records) {
      if (record->type == "CNAME" && record->data.starts_with("*.")) {
        leave(record->line, "CNAME " + record->data + ": no fault puts the name before another");
        return false;
      }
      std::string text = std::to_string(record->ttl);
      text.append(" ").append(record->type).append(" ").append(record->data);
      if (const auto read = dns::parse_record(text, 0); read.has_error()) {
        leave(record->line, record->type + ": " + read.error().front().what);
        return false;
      }
      draft.answers.push_back(std::move(text));
    }
    return true;
  }

  // Takes the names of the exception from the faults of wildcards above it.
  void except(const Policy& exception) {
    for (Draft& draft : drafts_) {
      if (!draft.source && covers(draft.owner, exception.owner)) {
        draft.except.push_back(exception.owner);
      }
    }
  }

  // A client's policy comes before one for names, an exact name before a wildcard, and a longer
  // wildcard before a shorter.
  static int priority_of(const Draft& draft) {
    constexpr int kExact = 200;
    constexpr int kClient = 300;
    if (draft.source) {
      const auto slash = draft.source->find('/');
      return kClient + std::stoi(draft.source->substr(slash + 1));
    }
    if (!is_wildcard(draft.owner)) return kExact;
    return static_cast<int>(std::ranges::count(draft.owner, '.'));
  }

  std::string name_of(const Draft& draft) const {
    constexpr std::size_t kLongest = 100;
    std::string name = "rpz-" + std::to_string(draft.line) + "-";
    for (const char c : draft.owner) {
      const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
      name += fits ? c : '-';
    }
    return name.substr(0, kLongest);
  }

  void write(const Draft& draft) {
    const auto quoted = [](const std::string& text) {
      return boost::json::serialize(boost::json::value(text));
    };
    const auto list = [](const std::vector<std::string>& texts) {
      return boost::json::serialize(boost::json::array(texts.begin(), texts.end()));
    };
    std::string& yaml = done_.yaml;
    if (yaml.empty()) yaml = "faults:\n";
    yaml.append("  - name: ").append(name_of(draft)).append("\n    proxy: ");
    yaml.append(quoted(proxy_)).append("\n    type: ").append(draft.type).append("\n");
    if (!draft.answers.empty())
      yaml.append("    with: {records: ").append(list(draft.answers)).append("}\n");
    yaml.append("    priority: ").append(std::to_string(priority_of(draft)));
    yaml.append("\n    match: {");
    yaml.append(draft.source ? "sources: [" + quoted(*draft.source) + "]"
                             : "names: [" + quoted(draft.owner) + "]");
    if (!draft.except.empty()) yaml.append(", except: ").append(list(draft.except));
    if (draft.type == "dns.truncate") yaml.append(", transport: udp");
    yaml.append("}\n");
  }

  std::string proxy_;
  std::vector<Draft> drafts_;
  std::vector<Policy> exceptions_;
  RpzImport done_;
};

}  // namespace

RpzImport import_rpz(std::string_view zone, const std::string& proxy) {
  return Import(proxy).run(zone);
}

}  // namespace firedrill
