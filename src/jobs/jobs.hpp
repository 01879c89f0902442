// The engine of training jobs: accepted as rows, queued fairly over accounts, run in slots,
// followed to their end over restarts.
#pragma once

#include "base/random.hpp"
#include "jobs/queue.hpp"
#include "jobs/run.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace millrace::jobs {

struct JobsOptions {
  RunOptions run;
  std::size_t slots = 1;
};

class Jobs {
 public:
  struct Parts {
    JobStore::Parts store;
    objects::Objects& objects;
    identity::Authority& authority;
    process::Supervision& supervision;
    base::Clock& clock;
    base::Random& random;
    base::Log& log;
  };

  Jobs(const Parts& parts, JobsOptions options);
  ~Jobs();  // leaves what runs
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Adopts what still runs, finishes what ended meanwhile, queues what had not begun. Once, before
  // anything else.
  void recover();

  // The job's progress and times are made here. Throws store::AlreadyExists.
  void create(Job job, const store::Tags& tags);
  [[nodiscard]] std::optional<Job> find(const store::Key& key) { return store_.find(key); }
  [[nodiscard]] std::vector<Job> list(const store::Key& scope) { return store_.list(scope); }
  [[nodiscard]] Inputs& inputs() { return inputs_; }

  // With AWS's grace. No effect on a job that has ended.
  void stop(const store::Key& key);
  bool erase(const store::Key& key) { return store_.erase(key); }

  [[nodiscard]] std::size_t running();
  // Returns when no thread of ours is left. Work goes on unless it is to be ended, which then is
  // done at once.
  void shut_down(bool end_work);
  // The account's work is ended at once and its queue dropped, before its rows go.
  void empty_account(std::string_view account);

 private:
  struct Active {
    std::string account;
    std::shared_ptr<Inbox> inbox;  // shared with the run and the supervision's thread
    std::jthread thread;
    bool holds_slot = true;
  };
  void recover(const Job& job);
  void remove_strays(const std::vector<Job>& in_flight);
  void remove_stray(const std::string& folder);
  void schedule();                                                     // with mutex_ held
  void launch(Job job, std::shared_ptr<Inbox> inbox, Run::From from);  // with mutex_ held
  void work_ended(const std::string& arn);
  void ended(const std::string& arn);
  void join_ended();
  void finish_unstarted(const store::Key& key);

  JobsOptions options_;
  process::Supervision& supervision_;
  base::Clock& clock_;
  base::Random& random_;
  JobStore store_;
  Inputs inputs_;
  Outputs outputs_;
  RunParts run_parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool leaving_ = false;  // guarded by mutex_, as are those below
  Queue queue_;
  std::map<std::string, Job> waiting_;    // by ARN
  std::map<std::string, Active> active_;  // by ARN
  std::vector<std::jthread> ended_;
  std::vector<std::jthread> sweepers_;  // of strays with a supervisor; made by recover() alone
};

}  // namespace millrace::jobs
