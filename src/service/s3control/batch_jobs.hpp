// Batch jobs: kept as records, done one after the other by their priority, each as its role and on
// a few threads. Statuses are what a restarted server goes on from.
#pragma once

#include "aws/caller.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/work_by_key.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "service/s3control/job.hpp"
#include "service/s3control/task_store.hpp"
#include "store/changes.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace millrace::service::s3control {

struct BatchParts {
  store::Database& database;
  store::Records& records;
  store::Changes& changes;
  objects::ObjectStore& objects;
  identity::Authority& authority;
  base::Clock& clock;
  base::Random& random;
  base::Log& log;
  std::function<aws::Caller&()> caller;  // asked once jobs run
};

// The token stands for a job that asked for something else.
struct TokenTaken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Tasks of a job that are done at a time.
constexpr std::size_t batch_threads_limit = 8;

class BatchJobs {
 public:
  explicit BatchJobs(BatchParts parts) : parts_(std::move(parts)), tasks_(parts_.database) {}

  // Takes up what the last server left, and begins to work.
  void start();
  // What is being done to one object is finished.
  void stop();

  // `job` lacks its id, ARN and time. Gives the id; that of a former job where the token was the
  // same and all else too. Throws TokenTaken.
  std::string create(Job job, const store::Tags& tags);
  // Nothing for jobs that ended too long ago.
  [[nodiscard]] std::optional<Job> find(const store::Key& key);
  [[nodiscard]] std::vector<Job> list(const store::Key& scope);  // newest first
  // `change` sees the job as it is, or throws and leaves it so.
  std::optional<Job> change(const store::Key& key, const std::function<void(Job&)>& change);
  // Before the account's records go.
  void empty_account(const std::string& account);

 private:
  struct Live {
    store::Key key;
    std::string status;
    std::int64_t priority = 0;
    base::Timestamp created;
  };
  using Group = std::pair<std::string, std::string>;  // account and region
  using ChangeIn = std::function<void(store::Connection&, Job&)>;

  std::optional<Job> change_in(const store::Key& key, const ChangeIn& change);
  void note(const Job& job);
  void forget_old(const store::Key& scope);
  [[nodiscard]] std::vector<Job> all(const store::Key& scope);
  [[nodiscard]] bool is_forgotten(const Job& job) const;

  void work(const std::stop_token& stop);
  [[nodiscard]] std::optional<store::Key> choose();
  void drop(const std::string& id);
  void step(const Job& job, const std::stop_token& stop);
  void move(const Job& job, std::string_view to);
  void fail(const Job& job, std::string_view code, std::string_view reason);
  void prepare(const Job& job, const std::stop_token& stop);
  void prepared(const Job& job, std::int64_t total);
  void run(const Job& job, const std::stop_token& stop);
  void take_turn(const Job& job);
  // A step of a job's tasks.
  struct TaskRun {
    const Job& job;
    const policy::Principal& role;
    const std::stop_token& stop;
    bool repeatable = false;
    std::chrono::nanoseconds began{};
    std::atomic<int> early = 0;  // begun in time and not done
    std::atomic<bool> is_over = false;
    std::mutex mutex{};
    std::vector<Outcome> outcomes{};                // that are not kept yet; guarded by mutex
    Counts counts = job.counts.value_or(Counts{});  // with these; guarded by mutex
  };
  // False where no task is left.
  bool run_some(TaskRun& run);
  [[nodiscard]] bool is_in_time(const TaskRun& run) const;
  [[nodiscard]] bool goes_on(TaskRun& run);
  void take(TaskRun& run, const Task& task);
  void keep(TaskRun& run, const Outcome& outcome);
  [[nodiscard]] Outcome run_task(const Job& job, const policy::Principal& role, const Task& task,
                                 const std::stop_token& stop);
  void settle(const Job& job, const std::vector<Outcome>& outcomes, std::chrono::nanoseconds took);
  void finish(const Job& job);
  [[nodiscard]] policy::Principal role_of(const Job& job);
  [[nodiscard]] std::string status_now(const std::string& id);

  BatchParts parts_;
  TaskStore tasks_;
  std::mutex stepping_;  // one step at a time
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::map<std::string, Live> live_;      // by id; guarded by mutex_
  std::map<Group, std::uint64_t> turns_;  // who had one when; guarded by mutex_
  std::uint64_t turn_ = 0;                // guarded by mutex_
  std::jthread thread_;                   // the last member: it uses the others
};

}  // namespace millrace::service::s3control
