// The engine of endpoints: brings model servers up, keeps them up, sends invocations to them, takes
// their logs in.
#pragma once

#include "base/log.hpp"
#include "hosting/endpoint.hpp"
#include "hosting/replica.hpp"
#include "hosting/restart_pace.hpp"
#include "hosting/routes.hpp"
#include "hosting/tasks.hpp"
#include "store/changes.hpp"
#include "store/records.hpp"
#include "telemetry/logs.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace millrace::hosting {

struct Invocation {
  http::Headers headers;  // for the model: Content-Type, Accept, X-Amzn-SageMaker-*
  std::string body;
  std::string only_variant;  // empty: by weight
};

struct Invoked {
  std::string variant;
  http::ClientReply reply;
};

struct NotInvoked {
  enum class Kind {
    unknown_endpoint,
    unknown_variant,
    nothing_ready,
    timed_out,
    broken,
    too_large
  };
  Kind kind;
  std::string variant;
  std::string what;
};

// The endpoint is not in a state in which that may be asked.
struct InProgress : std::runtime_error {
  InProgress() : std::runtime_error("the endpoint is in transition") {}
};

class Endpoints {
 public:
  struct Parts {
    store::Database& database;
    store::Records& records;
    store::Changes& changes;
    telemetry::Logs& logs;
    base::Clock& clock;
    base::Log& log;
    http::Client& client;
    base::Milliseconds disk_pause{500};  // between tries to write where the disk refuses
  };
  Endpoints(Parts parts, Replicas::Parts replica_parts);
  // Model servers that run go on, as after a kill.
  ~Endpoints();
  Endpoints(const Endpoints&) = delete;
  Endpoints& operator=(const Endpoints&) = delete;

  // At start: adopts model servers that run, starts those that do not, finishes what was in
  // transition.
  void restore();
  // Stops every model server and waits for their end, so that none is left when the server has
  // gone.
  void stop();

  void create(Endpoint endpoint, const store::Tags& tags);  // throws store::AlreadyExists
  // Brings the new variants up beside the old ones, then changes over. Throws InProgress; false
  // when there is none.
  [[nodiscard]] bool update(const store::Key& key, const std::string& config_name,
                            std::vector<Variant> variants);
  [[nodiscard]] bool set_weights(const store::Key& key,
                                 const std::vector<std::pair<std::string, double>>& weights);
  [[nodiscard]] bool remove(const store::Key& key);  // throws InProgress
  [[nodiscard]] std::optional<Endpoint> find(const store::Key& key);

  // `done` is called once, on a thread that must not be blocked.
  void invoke(const std::string& endpoint_arn, Invocation invocation,
              std::function<void(std::variant<Invoked, NotInvoked>)> done);

  void empty_account(std::string_view account);

 private:
  // A replica whose process is watched.
  struct Live {
    store::Key endpoint;
    std::string endpoint_arn;
    Variant variant;
    // Shared: copies of the row name the same open folder.
    std::shared_ptr<const SocketName> socket;
    bool taking_logs = false;
    bool more_logs = false;  // news came while logs were taken
    bool serving = false;    // has come up: its end is a loss, unless it was asked for
    bool ending = false;     // asked to end
    bool removing = false;   // its folder goes with it
  };
  struct Plan {
    Endpoint before;
    std::string config_name;
    std::vector<Variant> variants;
  };

  void bring_up(const Plan& plan);
  void start_replica(const Endpoint& endpoint, const Variant& variant, const std::string& replica);
  void watch(const Endpoint& endpoint, const Variant& variant, const std::string& replica);
  process::Supervision::Listener listener(const std::string& replica);
  void take_logs(const std::string& replica);
  [[nodiscard]] bool take_log_part(const Live& live, const std::string& replica);
  [[nodiscard]] std::optional<Live> begin_logs(const std::string& replica);
  [[nodiscard]] bool end_logs(const std::string& replica);
  void forget_logs(const std::string& replica, const store::Key& endpoint);
  // The endpoint that lost it, where its end was not asked for.
  [[nodiscard]] std::optional<store::Key> on_gone(const std::string& replica);
  // Another follows the one that was lost, as soon as the endpoint's pace allows: with the model of
  // its folder, where that is there and not known to be of no use.
  void restart(const store::Key& key, const std::string& replica, bool keeps_model);
  void replace(const store::Key& key, const std::string& replica, bool keeps_model);
  void wait_for_room(const store::Key& key, const std::string& arn, const std::string& replica,
                     bool keeps_model);
  void change_over(const Plan& plan, const std::vector<Variant>& ready);
  void give_up(const Plan& plan, const std::vector<Variant>& half_ready, const std::string& reason);
  void end_replicas(const std::vector<Variant>& variants, bool removing);
  void end_replica(const std::string& replica, bool removing);
  void finish_removal(const Endpoint& endpoint);
  void restore_one(const Endpoint& endpoint);
  void restore_replicas(const Endpoint& endpoint);
  void restore_replica(const Endpoint& endpoint, const Variant& variant,
                       const std::string& replica);
  void remove_strays(const std::vector<Endpoint>& endpoints);
  void remove_stray(const std::string& replica);
  void revive(const Endpoint& endpoint, const Variant& variant, std::string replica,
              bool keeps_model);
  [[nodiscard]] std::string succeed(const Endpoint& endpoint, const Variant& variant,
                                    const std::string& replica, bool at_hand);
  [[nodiscard]] bool belongs(const store::Key& key, const std::string& replica);
  void note_serving(const std::string& replica);
  void abandon(const std::string& replica);
  [[nodiscard]] bool is_stopping();
  // For tasks, which must not be lost with one look that failed; none when the server stops.
  [[nodiscard]] std::optional<Endpoint> look(const store::Key& key);
  void route(const Endpoint& endpoint);
  [[nodiscard]] std::string socket_of(const std::string& replica);
  void put(const store::Key& key, const std::function<void(Endpoint&)>& change);
  // For what nobody waits on: a disk that is full or failing is waited for. False when the server
  // stops before.
  bool insist(const std::function<void()>& act);

  Parts parts_;
  Replicas replicas_;
  Routes routes_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, Live> live_;             // guarded by mutex_
  std::map<std::string, RestartPace> restarts_;  // by the endpoint's ARN; guarded by mutex_
  bool stopping_ = false;                        // guarded by mutex_
  // Last: its threads use all of the above. Shared with the listeners, which the supervision's
  // thread may call when this has gone.
  std::shared_ptr<Tasks> tasks_;
};

}  // namespace millrace::hosting
