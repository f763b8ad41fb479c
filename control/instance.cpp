#include "control/instance.h"

#include "control/admin/api.h"
#include "control/admin/routes.h"

#include <algorithm>
#include <future>
#include <thread>

namespace firedrill {
namespace {

unsigned worker_count(const Config& config) {
  return config.workers.value_or(std::max(std::thread::hardware_concurrency(), 1u));
}

Result<admin::Tokens> tokens_of(const Config& config) {
  if (config.admin.tokens_file.empty()) return admin::Tokens();
  return admin::Tokens::load(config.admin.tokens_file);
}

Result<admin::Options> admin_options(const Config& config) {
  admin::Options options;
  options.listen = format(config.admin.listen);
  options.hosts = config.admin.hosts;
  options.remote = config.admin.insecure_remote ? admin::Remote::insecure : admin::Remote::refused;
  auto tokens = tokens_of(config);
  if (tokens.has_error()) return tokens.error();
  options.tokens = std::move(*tokens);
  return options;
}

// Where a configuration listens, whether or not it does so at once.
std::vector<ListenPlace> places_of(const Config& config) {
  std::vector<ListenPlace> places{{config.admin.listen, Protocol::tcp}};
  for (const auto& [proxy, definition] : config.proxies) {
    places.push_back({proxy.listen, proxy.protocol});
  }
  return places;
}

}  // namespace

Instance::Instance(Config config, Loader loader, Journal journal)
    : loader_(std::move(loader)), workers_(worker_count(config)), journal_(std::move(journal)) {}

template <class Work>
auto Instance::on_admin_thread(Work work) {
  auto promise = std::make_shared<std::promise<decltype(work())>>();
  auto done = promise->get_future();
  server_->post([promise, work = std::move(work)]() mutable { promise->set_value(work()); });
  return done.get();
}

Result<std::unique_ptr<Instance>> Instance::start(Config config, Loader loader,
                                                  const toxiproxy::Options& toxiproxy,
                                                  InheritedSockets inherited) {
  if (const std::string pattern = config.protection(); !pattern.empty()) {
    return Problems{{"environment", "\"" + config.environment + "\" matches \"" + pattern +
                                        "\" of protected_environments; this must not run there"}};
  }
  if (auto unused = inherited.unused(places_of(config)); !unused.empty()) return unused;
  auto journal = Journal::open(config.journal);
  if (journal.has_error()) return journal.error();
  std::unique_ptr<Instance> instance(new Instance(config, std::move(loader), std::move(*journal)));
  auto opened = instance->open(std::move(config), toxiproxy, std::move(inherited));
  if (opened.has_error()) return opened.error();
  return instance;
}

Result<> Instance::open(Config config, const toxiproxy::Options& toxiproxy,
                        InheritedSockets inherited) {
  auto options = admin_options(config);
  if (options.has_error()) return options.error();
  const auto at = literal(config.admin.listen);
  Fd admin_socket = at ? inherited.take_stream(*at) : Fd();
  auto store = Store::open(std::move(config), workers_, std::move(journal_), std::move(inherited));
  if (store.has_error()) return store.error();
  store_ = std::move(*store);
  admin::Router router;
  toxiproxy::add_routes(router, *store_, toxiproxy);  // first: /metrics may be its own
  admin::add_routes(router, {.store = *store_,
                             .reload = [this](const Actor& actor) { return load_and_apply(actor); },
                             .ready = [this] { return ready_.load(); }});
  options->on_denied = [this](const admin::Request& request) { record_peek(request); };
  auto server =
      admin::Server::start(std::move(router), std::move(*options), std::move(admin_socket));
  if (server.has_error()) return server.error();
  server_ = std::move(*server);
  on_admin_thread([this] {
    expiry_ = std::make_unique<boost::asio::steady_timer>(server_->context());
    // Soon, and not within the change that is being told.
    store_->on_change([this](const Journal::Record&) { server_->post([this] { arm_expiry(); }); });
    admin::publish_changes(*store_, *server_);
    arm_expiry();
    memory_ = MemoryGuard::start(server_->context(), workers_);
    return 0;
  });
  ready_ = true;
  return {};
}

Instance::~Instance() {
  if (server_ != nullptr) {
    on_admin_thread([this] {
      expiry_.reset();
      memory_.reset();
      return 0;
    });
  }
  server_.reset();
}

std::vector<std::pair<std::string, std::string>> Instance::listeners() {
  return on_admin_thread([this] {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Proxy& proxy : store_->proxies())
      all.emplace_back(proxy.config->name, format(proxy.bound));
    return all;
  });
}

Problems Instance::reload(const Actor& actor) {
  return on_admin_thread([this, actor] {
    store_->journal().reopen();
    const auto done = load_and_apply(actor);
    return done.has_error() ? done.error().problems : Problems{};
  });
}

// Runs on the admin thread, which nothing that is wrong with a file may end.
Change<std::vector<std::string>> Instance::load_and_apply(const Actor& actor) {
  Refusal refusal;
  try {
    if (!loader_) return Refusal{.problems = {{"", "there is no file to load"}}};
    Loaded loaded = loader_();
    if (loaded.config) {
      auto kept = apply(std::move(*loaded.config), actor);
      if (!kept.has_error()) return kept;
      refusal = kept.error();
    }
    for (const FileProblem& problem : loaded.problems) {
      log::error("the configuration has a mistake", {{"at", problem.place()}});
      refusal.problems.push_back({"", problem.text()});
    }
  } catch (const std::exception& problem) {
    refusal.problems.push_back({"", problem.what()});
  }
  refuse_load(refusal, actor);
  return refusal;
}

Change<std::vector<std::string>> Instance::apply(Config config, const Actor& actor) {
  if (const std::string pattern = config.protection(); !pattern.empty()) {
    return Refusal{
        .problems = {{"environment", "matches \"" + pattern + "\" of protected_environments"}}};
  }
  auto tokens = tokens_of(config);
  if (tokens.has_error()) return Refusal{.problems = tokens.error()};
  auto kept = store_->reload(std::move(config), actor);
  if (kept.has_error()) return kept;
  server_->replace_tokens(std::move(*tokens));
  for (const std::string& setting : *kept) {
    log::warning("a changed setting needs a restart", {{"setting", setting}});
  }
  return kept;
}

// What is wrong may tell of a fault, so that the log, which trainees may read, has not a word of
// it.
void Instance::refuse_load(const Refusal& refusal, const Actor& actor) {
  log::error("the configuration was not loaded; the journal and `firedrill check` say why");
  boost::json::array problems;
  for (const Problem& problem : refusal.problems) problems.emplace_back(describe({problem}));
  store_->journal().add({.who = actor.who,
                         .from = actor.from,
                         .what = "config.refuse",
                         .subject = "",
                         .reason = actor.reason,
                         .diff = {{"problems", std::move(problems)}}});
}

// Anybody may ask for what is not theirs, as often as they like: one a second is recorded, and how
// many there were besides.
void Instance::record_peek(const admin::Request& request) {
  constexpr std::size_t kLongest = 200;
  const auto decision = peeks_.ask(Clock::now());
  if (!decision.log) return;
  boost::json::value diff;
  if (decision.suppressed > 0) diff = {{"suppressed", decision.suppressed}};
  store_->journal().add({.who = request.caller.name,
                         .from = request.from,
                         .what = "peek",
                         .subject = request.path.substr(0, kLongest),
                         .diff = std::move(diff)});
}

void Instance::halt(const Actor& actor) {
  on_admin_thread([this, actor] { return store_->halt(Store::Lock::off, actor); });
}

// The workers end a fault by themselves; this brings the store's view and the journal up to date.
void Instance::arm_expiry() {
  if (expiry_ == nullptr) return;
  const TimePoint next = store_->expire(Clock::now());
  if (next == kNever) return;
  expiry_->expires_at(next);
  expiry_->async_wait([this](boost::system::error_code ec) {
    if (!ec) arm_expiry();
  });
}

DrainConfig Instance::drain_config() {
  return on_admin_thread([this] { return store_->config().drain; });
}

}  // namespace firedrill
