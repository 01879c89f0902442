// One job from its slot to its end, as straight code on a thread of its own.
#pragma once

#include "base/log.hpp"
#include "jobs/checkpoints.hpp"
#include "jobs/inbox.hpp"
#include "jobs/inputs.hpp"
#include "jobs/job_store.hpp"
#include "jobs/log_intake.hpp"
#include "jobs/outcome.hpp"
#include "jobs/outputs.hpp"
#include "process/supervision.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace millrace::jobs {

struct RunOptions {
  std::string folder;          // below which each work has its own
  std::string work_program;    // millrace-work
  std::string environments{};  // the folder of Python environments, which works look for; or empty
  int threads = 1;             // of one work, where its instance type has as many vCPUs
  base::Milliseconds stop_grace{120'000};
  base::Milliseconds checkpoint_pause{1'000};  // between looks for new ones
  base::Milliseconds disk_pause{500};          // between tries to write where the disk refuses
};

// What all runs share.
struct RunParts {
  JobStore& store;
  Inputs& inputs;
  Outputs& outputs;
  identity::Authority& authority;
  process::Supervision& supervision;
  base::Clock& clock;
  base::Log& log;
  const RunOptions& options;
};

class Run {
 public:
  enum class From {
    queue,
    running,
    ended,
    lost
  };  // the last three: as process::Found says after a restart

  // Shared: the supervision's thread tells the inbox news while the run may be over. `work_ended`
  // is called once at most: the slot is free for another, though the run goes on.
  Run(const RunParts& parts, Job job, std::shared_ptr<Inbox> inbox,
      std::function<void()> work_ended);
  // Returns at the job's end, or when the inbox asks to leave.
  void go(From from);

 private:
  [[nodiscard]] bool begin();
  [[nodiscard]] std::optional<Job> note_begun();
  [[nodiscard]] bool start_work();
  void note_started();
  void follow();
  void conclude(const process::State& state);
  void end(const Outcome& outcome, const std::string& artifact = {});
  void remove_folder();
  void lose();
  void fail(const Outcome& outcome);

  [[nodiscard]] int threads() const;
  [[nodiscard]] process::Spec spec(const std::vector<int>& descriptors) const;
  [[nodiscard]] policy::Principal role() const;
  [[nodiscard]] bool asked_to_stop();
  void free_slot();
  // Now and then.
  void copy_checkpoints();
  // At the end. Throws OutputRefused.
  void copy_last_checkpoints();
  [[nodiscard]] std::chrono::milliseconds longest_wait() const;
  void note_runtime_exceeded(const process::State& state);
  // As `take_in`, and the stage that follows.
  [[nodiscard]] bool note_work_ended(const process::State& state, bool uploads);
  // Stores what the log has; `change`, if any, is part of the last commit. False when it was asked
  // to leave before: the next server goes on from there.
  [[nodiscard]] bool take_in(const std::function<void(Progress&)>& change);
  // One commit of it; whether there is more.
  bool take_some(const std::function<void(Progress&)>& change);
  void advance(const std::function<void(Progress&)>& change, const Told& told = {});
  // A disk that is full or failing is waited for: what the work does is not lost by it.
  void insist(const std::function<void()>& write);
  [[nodiscard]] Outcome upload(const process::State& state, Outcome outcome, std::string& artifact);
  [[nodiscard]] base::Milliseconds shift() const {
    return parts_.clock.service() - parts_.clock.wall();
  }

  const RunParts& parts_;
  Job job_;  // as last stored by this run
  std::shared_ptr<Inbox> inbox_;
  std::string folder_;
  LogIntake intake_;
  Checkpoints checkpoints_;
  std::chrono::nanoseconds checkpoints_due_{0};  // by the steady clock
  std::function<void()> work_ended_;
  bool supervised_ = false;  // and the supervisor's end was not heard yet
};

}  // namespace millrace::jobs
