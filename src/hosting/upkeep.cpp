// Model servers are watched: their logs are taken in, what is lost is started again, and a new
// server takes over from the last one.
#include "base/room.hpp"
#include "hosting/endpoints.hpp"
#include "process/log_file.hpp"

#include <algorithm>
#include <set>

namespace millrace::hosting {

namespace {
constexpr std::size_t log_part_bytes = 256 * 1024;
constexpr std::string_view replica_prefix = "endpoint-";
constexpr std::size_t instance_digits = 16;
constexpr std::string_view offset_kind = "hosting/log-offset";

std::string group_of(const std::string& endpoint) { return "/aws/sagemaker/Endpoints/" + endpoint; }

store::Key offset_key(const store::Key& endpoint, const std::string& replica) {
  return {.account = endpoint.account,
          .region = endpoint.region,
          .kind = std::string(offset_kind),
          .name = replica};
}

const Variant* variant_with(const Endpoint& endpoint, const std::string& replica) {
  const auto has_it = [&](const Variant& variant) {
    return std::find(variant.replicas.begin(), variant.replicas.end(), replica) !=
           variant.replicas.end();
  };
  const auto found = std::find_if(endpoint.variants.begin(), endpoint.variants.end(), has_it);
  return found == endpoint.variants.end() ? nullptr : &*found;
}

std::string stream_of(const Variant& variant, const std::string& replica) {
  return variant.name + "/i-0" + replica.substr(replica_prefix.size(), instance_digits);
}
}  // namespace

void Endpoints::watch(const Endpoint& endpoint, const Variant& variant,
                      const std::string& replica) {
  const std::lock_guard lock(mutex_);
  live_[replica] = Live{.endpoint = key_of(endpoint.account, endpoint.region, endpoint.name),
                        .endpoint_arn = endpoint.arn,
                        .variant = variant,
                        .socket = std::make_shared<const SocketName>(replicas_.folder(replica))};
}

process::Supervision::Listener Endpoints::listener(const std::string& replica) {
  return [this, tasks = tasks_, replica](process::News news) {
    if (news == process::News::log)
      tasks->add([this, replica] { insist([&] { take_logs(replica); }); });
    if (news != process::News::gone) return;
    tasks->add([this, replica] {
      if (const auto loser = on_gone(replica)) restart(*loser, replica, true);
    });
  };
}

// The live row, when nobody else takes this replica's logs; else that one is told to look again.
std::optional<Endpoints::Live> Endpoints::begin_logs(const std::string& replica) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(replica);
  if (found == live_.end()) return std::nullopt;
  if (found->second.taking_logs) {
    found->second.more_logs = true;
    return std::nullopt;
  }
  found->second.taking_logs = true;
  found->second.more_logs = false;
  return found->second;
}

// True when there may be more.
bool Endpoints::end_logs(const std::string& replica) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(replica);
  if (found == live_.end()) return false;
  found->second.taking_logs = false;
  return found->second.more_logs;
}

void Endpoints::take_logs(const std::string& replica) {
  do {
    const auto live = begin_logs(replica);
    if (!live) return;
    try {
      while (take_log_part(*live, replica)) {
      }
    } catch (...) {
      static_cast<void>(end_logs(replica));
      throw;
    }
  } while (end_logs(replica));
}

// The events and the offset behind them are kept in one commit, so that no line is taken in twice.
// False at the end of the log.
bool Endpoints::take_log_part(const Live& live, const std::string& replica) {
  const store::Key key = offset_key(live.endpoint, replica);
  const auto before = parts_.records.find(key);
  const std::int64_t offset = before ? before->document.find("offset")->integer() : 0;
  const process::LogPart part = process::read_log(
      replicas_.folder(replica), static_cast<std::uint64_t>(offset), log_part_bytes);
  if (part.lines.empty()) return false;
  std::vector<telemetry::LogEvent> events;
  for (const process::LogLine& line : part.lines)
    events.push_back({.time = line.time, .message = line.text});
  const base::Timestamp now = parts_.clock.service();
  const base::Value document = base::Map{{"offset", static_cast<std::int64_t>(part.next)}};
  parts_.database.write([&](store::Connection& connection) {
    const auto known = parts_.records.update_in(
        connection, key, now, [&](store::Record& record) { record.document = document; });
    if (!known)
      parts_.records.create_in(connection,
                               {.key = key, .document = document, .created = now, .modified = now});
    parts_.logs.append_in(connection,
                          {.account = live.endpoint.account, .region = live.endpoint.region},
                          group_of(live.endpoint.name), stream_of(live.variant, replica), events);
  });
  return true;
}

void Endpoints::forget_logs(const std::string& replica, const store::Key& endpoint) {
  static_cast<void>(parts_.records.erase(offset_key(endpoint, replica)));
}

std::optional<store::Key> Endpoints::on_gone(const std::string& replica) {
  insist([&] { take_logs(replica); });
  std::unique_lock lock(mutex_);
  const auto found = live_.find(replica);
  if (found == live_.end()) return std::nullopt;
  const Live live = std::move(found->second);
  live_.erase(found);
  const bool lost = live.serving && !live.ending && !stopping_;
  lock.unlock();
  ended_.notify_all();
  routes_.remove_socket(live.endpoint_arn, live.socket->path());
  if (live.removing) replicas_.remove(replica);
  if (live.removing || lost) insist([&] { forget_logs(replica, live.endpoint); });
  return lost ? std::optional(live.endpoint) : std::nullopt;
}

void Endpoints::restart(const store::Key& key, const std::string& replica, bool keeps_model) {
  const auto endpoint = look(key);
  const Variant* const variant = endpoint ? variant_with(*endpoint, replica) : nullptr;
  if (variant == nullptr) return;
  std::unique_lock lock(mutex_);
  const auto pause = restarts_[endpoint->arn].pause_after_loss(parts_.clock.steady());
  lock.unlock();
  parts_.log.write(
      base::Level::warning,
      endpoint->arn + ": a model server of variant " + variant->name +
          " ended; another follows in " +
          std::to_string(std::chrono::duration_cast<std::chrono::seconds>(pause).count()) + " s");
  tasks_->add_after(pause,
                    [this, key, replica, keeps_model] { replace(key, replica, keeps_model); });
}

// Nothing where the endpoint was removed or changed over meanwhile.
void Endpoints::replace(const store::Key& key, const std::string& replica, bool keeps_model) {
  const auto endpoint = look(key);
  const Variant* const variant = endpoint ? variant_with(*endpoint, replica) : nullptr;
  if (variant != nullptr && !is_stopping()) revive(*endpoint, *variant, replica, keeps_model);
}

void Endpoints::revive(const Endpoint& endpoint, const Variant& variant, std::string replica,
                       bool keeps_model) {
  const store::Key key = key_of(endpoint.account, endpoint.region, endpoint.name);
  try {
    replica = succeed(endpoint, variant, replica, keeps_model && replicas_.exists(replica));
    start_replica(endpoint, variant, replica);
    if (!belongs(key, replica)) return end_replica(replica, true);
    routes_.add_socket(endpoint.arn, variant.name, socket_of(replica));
    const std::lock_guard lock(mutex_);
    restarts_[endpoint.arn].note_room();
  } catch (const std::exception& error) {
    parts_.log.write(base::Level::error, endpoint.arn + ": " + error.what());
    if (is_stopping()) return;
    const auto* const refused = dynamic_cast<const std::system_error*>(&error);
    if (refused != nullptr && base::lacks_room(*refused))
      return wait_for_room(key, endpoint.arn, replica, keeps_model);
    end_replica(replica, true);
    restart(key, replica, false);
  }
}

// The model at hand is kept: it may be the last copy, and needs no room but for its names.
void Endpoints::wait_for_room(const store::Key& key, const std::string& arn,
                              const std::string& replica, bool keeps_model) {
  std::unique_lock lock(mutex_);
  const auto pause = restarts_[arn].pause_without_room();
  lock.unlock();
  tasks_->add_after(pause,
                    [this, key, replica, keeps_model] { replace(key, replica, keeps_model); });
}

// A folder for the one that follows, which the record then has: with the model at hand, or fetched
// anew where that is gone or of no use.
std::string Endpoints::succeed(const Endpoint& endpoint, const Variant& variant,
                               const std::string& replica, bool at_hand) {
  const std::string fresh = at_hand ? replicas_.renew(replica) : replicas_.make(variant);
  const auto replace = [&](Endpoint& stored) {
    for (Variant& one : stored.variants)
      std::replace(one.replicas.begin(), one.replicas.end(), replica, fresh);
  };
  const store::Key key = key_of(endpoint.account, endpoint.region, endpoint.name);
  if (!insist([&] { put(key, replace); })) throw BringUpError("the server stops");
  replicas_.remove(replica);
  return fresh;
}

// False when the endpoint was removed or changed over meanwhile.
bool Endpoints::belongs(const store::Key& key, const std::string& replica) {
  const auto endpoint = look(key);
  if (is_stopping()) return true;  // as far as is known; the next server's start knows
  return endpoint && endpoint->status != EndpointStatus::deleting &&
         variant_with(*endpoint, replica) != nullptr;
}

void Endpoints::restore() {
  std::vector<Endpoint> endpoints;
  for (const store::Record& record : parts_.records.list_every(endpoint_kind))
    endpoints.push_back(endpoint_from(record));
  remove_strays(endpoints);
  for (const Endpoint& endpoint : endpoints) restore_one(endpoint);
}

// Half brought up, replaced or to be removed when the last server ended.
void Endpoints::remove_strays(const std::vector<Endpoint>& endpoints) {
  std::set<std::string> known;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.status == EndpointStatus::deleting) continue;
    for (const Variant& variant : endpoint.variants)
      known.insert(variant.replicas.begin(), variant.replicas.end());
  }
  for (const std::string& replica : replicas_.list()) {
    if (!known.contains(replica)) remove_stray(replica);
  }
  for (const store::Record& offset : parts_.records.list_every(offset_kind)) {
    if (!known.contains(offset.key.name)) forget_logs(offset.key.name, offset.key);
  }
}

void Endpoints::remove_stray(const std::string& replica) {
  const auto when_gone = [this, tasks = tasks_, replica](process::News news) {
    if (news == process::News::gone) tasks->add([this, replica] { replicas_.remove(replica); });
  };
  const bool runs = replicas_.adopt(replica, when_gone) == process::Found::running;
  runs ? replicas_.stop(replica, true) : replicas_.remove(replica);
}

void Endpoints::restore_one(const Endpoint& endpoint) {
  switch (endpoint.status) {
    case EndpointStatus::creating: {
      Plan plan{
          .before = endpoint, .config_name = endpoint.config_name, .variants = endpoint.variants};
      tasks_->add([this, plan = std::move(plan)] { bring_up(plan); });
      break;
    }
    case EndpointStatus::updating:
      // What the update asked for was not kept: the old variants serve on, and the update can be
      // asked for again.
      put(key_of(endpoint.account, endpoint.region, endpoint.name), [](Endpoint& stored) {
        stored.status = EndpointStatus::in_service;
        stored.failure_reason =
            "The update was interrupted by a restart of the server; the former configuration is in "
            "service.";
      });
      [[fallthrough]];
    case EndpointStatus::in_service:
      restore_replicas(endpoint);
      break;
    case EndpointStatus::deleting:
      tasks_->add([this, endpoint] { finish_removal(endpoint); });
      break;
    case EndpointStatus::failed:
      break;
  }
}

void Endpoints::restore_replicas(const Endpoint& endpoint) {
  route(endpoint);
  for (const Variant& variant : endpoint.variants) {
    for (const std::string& replica : variant.replicas) restore_replica(endpoint, variant, replica);
  }
}

void Endpoints::restore_replica(const Endpoint& endpoint, const Variant& variant,
                                const std::string& replica) {
  if (!replicas_.exists(replica)) {
    const store::Key key = key_of(endpoint.account, endpoint.region, endpoint.name);
    return tasks_->add([this, key, replica] { replace(key, replica, false); });
  }
  watch(endpoint, variant, replica);
  note_serving(replica);
  if (replicas_.adopt(replica, listener(replica)) == process::Found::running)
    return routes_.add_socket(endpoint.arn, variant.name, socket_of(replica));
  tasks_->add([this, replica] {
    if (const auto loser = on_gone(replica)) replace(*loser, replica, true);
  });
}

}  // namespace millrace::hosting
