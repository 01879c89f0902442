// What is asked of an endpoint, and the way from a plan to model servers that answer.
#include "hosting/endpoints.hpp"

#include <algorithm>

namespace millrace::hosting {

namespace {
constexpr std::size_t bring_up_threads = 4;

bool in_transition(EndpointStatus status) {
  return status == EndpointStatus::creating || status == EndpointStatus::updating ||
         status == EndpointStatus::deleting;
}
}  // namespace

Endpoints::Endpoints(Parts parts, Replicas::Parts replica_parts)
    : parts_(parts),
      replicas_(std::move(replica_parts)),
      tasks_(std::make_shared<Tasks>(bring_up_threads, [this](const std::exception& error) {
        parts_.log.write(base::Level::error, std::string("hosting: ") + error.what());
      })) {}

Endpoints::~Endpoints() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ended_.notify_all();
  tasks_->end();
}

std::optional<Endpoint> Endpoints::find(const store::Key& key) {
  const auto record = parts_.records.find(key);
  if (!record) return std::nullopt;
  return endpoint_from(*record);
}

// Changes the record, then tells those who wait for it.
void Endpoints::put(const store::Key& key, const std::function<void(Endpoint&)>& change) {
  const auto record =
      parts_.records.update(key, parts_.clock.service(), [&](store::Record& stored) {
        Endpoint endpoint = endpoint_from(stored);
        change(endpoint);
        store::Record fresh = to_record(endpoint);
        stored.document = std::move(fresh.document);
        stored.status = std::move(fresh.status);
      });
  if (record) parts_.changes.announce(record->arn);
}

std::optional<Endpoint> Endpoints::look(const store::Key& key) {
  std::optional<Endpoint> found;
  return insist([&] { found = find(key); }) ? found : std::nullopt;
}

bool Endpoints::insist(const std::function<void()>& act) {
  for (bool said = false;; said = true) {
    try {
      act();
      return true;
    } catch (const store::StoreError& error) {
      if (!said)
        parts_.log.write(base::Level::error,
                         std::string("hosting waits for the disk: ") + error.what());
    }
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, parts_.disk_pause, [this] { return stopping_; })) return false;
  }
}

void Endpoints::create(Endpoint endpoint, const store::Tags& tags) {
  endpoint.status = EndpointStatus::creating;
  parts_.records.create(to_record(endpoint), tags);
  Plan plan{.before = endpoint, .config_name = endpoint.config_name, .variants = endpoint.variants};
  tasks_->add([this, plan = std::move(plan)] { bring_up(plan); });
}

bool Endpoints::update(const store::Key& key, const std::string& config_name,
                       std::vector<Variant> variants) {
  std::optional<Endpoint> before;
  put(key, [&](Endpoint& endpoint) {
    if (endpoint.status != EndpointStatus::in_service) throw InProgress();
    before = endpoint;
    endpoint.status = EndpointStatus::updating;
  });
  if (!before) return false;
  Plan plan{.before = *before, .config_name = config_name, .variants = std::move(variants)};
  tasks_->add([this, plan = std::move(plan)] { bring_up(plan); });
  return true;
}

bool Endpoints::set_weights(const store::Key& key,
                            const std::vector<std::pair<std::string, double>>& weights) {
  const auto before = find(key);
  if (!before) return false;
  put(key, [&](Endpoint& endpoint) {
    if (endpoint.status != EndpointStatus::in_service) throw InProgress();
    for (Variant& variant : endpoint.variants) {
      const auto given = std::find_if(weights.begin(), weights.end(),
                                      [&](const auto& w) { return w.first == variant.name; });
      if (given != weights.end()) variant.weight = given->second;
    }
  });
  for (const auto& [variant, weight] : weights) routes_.set_weight(before->arn, variant, weight);
  return true;
}

bool Endpoints::remove(const store::Key& key) {
  std::optional<Endpoint> before;
  put(key, [&](Endpoint& endpoint) {
    if (in_transition(endpoint.status)) throw InProgress();
    before = endpoint;
    endpoint.status = EndpointStatus::deleting;
  });
  if (!before) return false;
  routes_.erase(before->arn);
  tasks_->add([this, endpoint = *before] { finish_removal(endpoint); });
  return true;
}

void Endpoints::finish_removal(const Endpoint& endpoint) {
  end_replicas(endpoint.variants, true);
  const store::Key key = key_of(endpoint.account, endpoint.region, endpoint.name);
  if (!insist([&] { parts_.records.erase(key); })) return;
  {
    const std::lock_guard lock(mutex_);
    restarts_.erase(endpoint.arn);
  }
  parts_.changes.announce(endpoint.arn);
}

// The old variants, if any, answer until the new ones are all ready.
void Endpoints::bring_up(const Plan& plan) {
  if (is_stopping()) return;  // the next server's start takes it up
  std::vector<Variant> ready = plan.variants;
  try {
    for (Variant& variant : ready) {
      variant.replicas.clear();
      for (std::int64_t i = 0; i < variant.instances; ++i) {
        variant.replicas.push_back(replicas_.make(variant));
        start_replica(plan.before, variant, variant.replicas.back());
      }
    }
    change_over(plan, ready);
  } catch (const BringUpError& error) {
    give_up(plan, ready, error.what());
  } catch (const std::exception& error) {
    parts_.log.write(base::Level::error, plan.before.arn + ": " + error.what());
    give_up(
        plan, ready,
        "Request to service failed. If failure persists after retry, contact customer support.");
  }
}

void Endpoints::start_replica(const Endpoint& endpoint, const Variant& variant,
                              const std::string& replica) {
  watch(endpoint, variant, replica);
  try {
    replicas_.start(replica, variant, listener(replica));
  } catch (...) {
    abandon(replica);
    throw;
  }
  if (is_stopping()) replicas_.stop(replica);  // when asked before, it was not there yet
  replicas_.wait_until_ready(replica, variant, socket_of(replica));
  note_serving(replica);
}

void Endpoints::note_serving(const std::string& replica) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(replica);
  if (found == live_.end()) throw BringUpError("The model server ended as soon as it was ready.");
  found->second.serving = true;
}

// No process was started, so no news will come.
void Endpoints::abandon(const std::string& replica) {
  const std::lock_guard lock(mutex_);
  live_.erase(replica);
}

bool Endpoints::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Endpoints::change_over(const Plan& plan, const std::vector<Variant>& ready) {
  Endpoint after = plan.before;
  after.variants = ready;
  route(after);
  std::vector<Variant> former;  // with what took a lost one's place since the plan was made
  const auto serve = [&](Endpoint& endpoint) {
    former = endpoint.variants;
    endpoint.status = EndpointStatus::in_service;
    endpoint.failure_reason.clear();
    endpoint.config_name = plan.config_name;
    endpoint.variants = ready;
  };
  if (!insist([&] { put(key_of(after.account, after.region, after.name), serve); })) return;
  end_replicas(former, true);
}

void Endpoints::give_up(const Plan& plan, const std::vector<Variant>& half_ready,
                        const std::string& reason) {
  end_replicas(half_ready, true);
  if (is_stopping()) return;  // no failure: the next server's start takes it up
  const store::Key key = key_of(plan.before.account, plan.before.region, plan.before.name);
  const auto refuse = [&](Endpoint& endpoint) {
    const bool was_serving = plan.before.status == EndpointStatus::in_service;
    endpoint.status = was_serving ? EndpointStatus::in_service : EndpointStatus::failed;
    endpoint.failure_reason = reason;
  };
  insist([&] { put(key, refuse); });
}

void Endpoints::end_replicas(const std::vector<Variant>& variants, bool removing) {
  for (const Variant& variant : variants) {
    for (const std::string& replica : variant.replicas) end_replica(replica, removing);
  }
}

void Endpoints::end_replica(const std::string& replica, bool removing) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = live_.find(replica);
    if (found != live_.end()) {
      found->second.ending = true;
      found->second.removing = removing;
    } else if (removing) {
      replicas_.remove(replica);
    }
  }
  replicas_.stop(replica);
}

void Endpoints::route(const Endpoint& endpoint) {
  std::vector<RouteVariant> routes;
  for (const Variant& variant : endpoint.variants) {
    RouteVariant route{.name = variant.name, .weight = variant.weight};
    for (const std::string& replica : variant.replicas) {
      if (std::string socket = socket_of(replica); !socket.empty())
        route.sockets.push_back(std::move(socket));
    }
    routes.push_back(std::move(route));
  }
  routes_.set(endpoint.arn, std::move(routes));
}

std::string Endpoints::socket_of(const std::string& replica) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(replica);
  return found == live_.end() ? std::string() : found->second.socket->path();
}

void Endpoints::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  std::vector<std::string> running;
  for (auto& [replica, live] : live_) {
    live.ending = true;
    running.push_back(replica);
  }
  lock.unlock();
  ended_.notify_all();
  for (const std::string& replica : running) replicas_.stop(replica);
  lock.lock();
  constexpr auto patience = std::chrono::seconds(10);
  ended_.wait_for(lock, patience, [this] { return live_.empty(); });
}

void Endpoints::empty_account(std::string_view account) {
  for (const store::Record& record : parts_.records.list_every(endpoint_kind)) {
    if (record.key.account != account) continue;
    const Endpoint endpoint = endpoint_from(record);
    routes_.erase(endpoint.arn);
    end_replicas(endpoint.variants, true);
  }
}

}  // namespace millrace::hosting
