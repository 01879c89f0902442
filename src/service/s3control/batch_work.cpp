// The work of batch jobs, step by step: each step is chosen by statuses alone and ends in a commit.
#include "aws/error.hpp"
#include "service/s3control/batch_jobs.hpp"
#include "service/s3control/checksum_task.hpp"
#include "service/s3control/job_operation.hpp"
#include "service/s3control/job_report.hpp"
#include "service/s3control/manifest.hpp"
#include "service/s3control/replication_task.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

constexpr std::int64_t tasks_at_once = 50;
constexpr std::size_t most_under_way = 2 * batch_threads_limit;
// What a job did is kept at least so often, and others get their turn.
constexpr std::chrono::milliseconds longest_step{200};
// From so many tasks on, a job in which more than half fail is given up.
constexpr std::int64_t judged_after = 1000;
constexpr std::chrono::seconds pause_after_fault{1};
constexpr std::size_t message_size = 1000;

bool is_failing(const Counts& counts) {
  return counts.ran() >= judged_after && 2 * counts.failed > counts.ran();
}

// Another status came while a manifest was read.
struct Interrupted {};

}  // namespace

void BatchJobs::start() {
  for (const store::Record& record : parts_.records.list_every(job_kind)) {
    const Job job = to_job(record);
    if (!rests(job.status)) note(job);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void BatchJobs::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void BatchJobs::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    if (!wakes_.wait(lock, stop, [this] { return !live_.empty(); })) return;
    const auto key = choose();
    lock.unlock();
    try {
      const std::lock_guard stepping(stepping_);
      const auto job = find(*key);
      if (job) step(*job, stop);
      if (!job) drop(key->name);
    } catch (const std::exception& error) {
      parts_.log.write(base::Level::error,
                       "batch job " + key->name + ": " + error.what() + "; tried again soon");
      lock.lock();
      wakes_.wait_for(lock, stop, pause_after_fault, [] { return false; });
    }
  }
}

// What is neither waiting for its turn nor has it goes first, as it is short; of those that run the
// account whose last turn is the longest ago, and its highest priority.
std::optional<store::Key> BatchJobs::choose() {
  const Live* best = nullptr;
  const auto rank = [this](const Live& live) {
    const bool runs = is_running(live.status);
    const auto turn = turns_.find({live.key.account, live.key.region});
    const std::uint64_t last = runs && turn != turns_.end() ? turn->second : 0;
    return std::tuple(runs, last, runs ? -live.priority : 0, live.created);
  };
  for (const auto& [id, live] : live_) {
    if (best == nullptr || rank(live) < rank(*best)) best = &live;
  }
  if (best == nullptr) return std::nullopt;
  if (is_running(best->status)) turns_[{best->key.account, best->key.region}] = ++turn_;
  return best->key;
}

void BatchJobs::drop(const std::string& id) {
  const std::lock_guard lock(mutex_);
  live_.erase(id);
}

std::string BatchJobs::status_now(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(id);
  return found == live_.end() ? std::string() : found->second.status;
}

void BatchJobs::step(const Job& job, const std::stop_token& stop) {
  try {
    if (job.status == status::created) {
      move(job, status::preparing);
    } else if (job.status == status::preparing) {
      prepare(job, stop);
    } else if (is_running(job.status)) {
      run(job, stop);
    } else if (!rests(job.status)) {
      finish(job);
    }
  } catch (const JobFailure& failure) {
    fail(job, failure.code, failure.what());
  } catch (const Interrupted&) {
    parts_.log.write(base::Level::debug, "batch job " + job.id() + ": its status changed");
  }
}

// From the status that this step began with, unless another came meanwhile.
void BatchJobs::move(const Job& job, std::string_view to) {
  change(job.key, [&](Job& now) {
    if (now.status == job.status) now.status = to;
  });
}

void BatchJobs::fail(const Job& job, std::string_view code, std::string_view reason) {
  change(job.key, [&](Job& now) {
    if (now.status == status::cancelling || rests(now.status)) return;
    now.add_failure(code, reason);
    now.status = status::failing;
  });
}

policy::Principal BatchJobs::role_of(const Job& job) {
  try {
    return parts_.authority.assume(
        {.role_arn = job.text("RoleArn"),
         .caller = policy::Principal{.kind = policy::Principal::Kind::service,
                                     .name = std::string(batch_principal)},
         .session_name = "s3-batch-operations_" + job.id(),
         .conditions = {{"aws:SourceAccount", {job.key.account}}, {"aws:SourceArn", {job.arn}}}});
  } catch (const identity::CannotAssume& error) {
    throw JobFailure("RoleNotAssumable", "The role " + job.text("RoleArn") +
                                             " cannot be assumed by " +
                                             std::string(batch_principal) + ".");
  }
}

void BatchJobs::prepare(const Job& job, const std::stop_token& stop) {
  const policy::Principal role = role_of(job);
  tasks_.clear(job.id());
  ManifestReader reader(parts_.objects, parts_.authority, role);
  prepared(job, reader.read(job, [&](const std::vector<Task>& page) {
    if (stop.stop_requested() || status_now(job.id()) != status::preparing) throw Interrupted();
    tasks_.add(job.id(), page);
  }));
}

void BatchJobs::prepared(const Job& job, std::int64_t total) {
  change(job.key, [&](Job& now) {
    if (now.status != status::preparing) return;
    now.counts = Counts{.total = total};
    now.status = now.needs_confirmation ? status::suspended : status::ready;
    if (!now.needs_confirmation) return;
    now.shown.set("SuspendedDate", parts_.clock.service());
    now.shown.set("SuspendedCause", "AWAITING_CONFIRMATION");
  });
}

// Whoever had the turn of this account and region waits.
void BatchJobs::take_turn(const Job& job) {
  if (job.status == status::active) return;
  std::vector<store::Key> others;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, live] : live_) {
      const bool beside = live.key.account == job.key.account && live.key.region == job.key.region;
      if (beside && id != job.id() && live.status == status::active) others.push_back(live.key);
    }
  }
  for (const store::Key& other : others) {
    change(other, [](Job& now) {
      if (now.status == status::active) now.status = status::paused;
    });
  }
  move(job, status::active);
}

void BatchJobs::run(const Job& job, const std::stop_token& stop) {
  const policy::Principal role = role_of(job);
  take_turn(job);
  TaskRun run{.job = job,
              .role = role,
              .stop = stop,
              .repeatable = is_repeatable(job.operation_name()),
              .began = parts_.clock.steady()};
  if (!run_some(run)) {
    change(job.key, [](Job& now) {
      if (is_running(now.status)) now.status = status::completing;
    });
    return;
  }
  settle(job, run.outcomes, parts_.clock.steady() - run.began);
}

// The tasks of one object in their order, others beside them.
bool BatchJobs::run_some(TaskRun& run) {
  base::WorkByKey works(batch_threads_limit, most_under_way);
  std::int64_t after = 0;
  bool has_any = false;
  while (goes_on(run)) {
    const std::vector<Task> tasks = tasks_.open(run.job.id(), after, tasks_at_once);
    if (tasks.empty()) break;
    has_any = true;
    after = tasks.back().number;
    for (const Task& task : tasks) {
      if (!goes_on(run)) break;
      works.add(task.bucket + "/" + task.key, [this, &run, task] { take(run, task); });
    }
  }
  works.finish();
  return has_any || run.is_over;
}

bool BatchJobs::is_in_time(const TaskRun& run) const {
  return parts_.clock.steady() - run.began <= longest_step;
}

// A task that was begun in time may take longer than the step; others are begun until it is done.
// Once over, a step stays so: what comes later of an object may not pass what was left.
bool BatchJobs::goes_on(TaskRun& run) {
  const bool may_run = !run.stop.stop_requested() && is_running(status_now(run.job.id()));
  if (!may_run || (!is_in_time(run) && run.early == 0)) run.is_over = true;
  return !run.is_over;
}

void BatchJobs::take(TaskRun& run, const Task& task) {
  if (!goes_on(run)) return;
  const bool is_early = is_in_time(run);
  if (is_early) ++run.early;
  try {
    keep(run, run_task(run.job, run.role, task, run.stop));
  } catch (const ReplicationUnfinished&) {
    run.is_over = true;  // the task stays open
  }
  if (is_early) --run.early;
}

// What cannot be repeated is kept at once, so that little is done twice where the server dies.
void BatchJobs::keep(TaskRun& run, const Outcome& outcome) {
  if (!run.repeatable) return settle(run.job, {outcome}, {});
  const std::lock_guard lock(run.mutex);
  run.outcomes.push_back(outcome);
  run.counts.add(outcome.succeeded);
  if (is_failing(run.counts)) run.is_over = true;
}

Outcome BatchJobs::run_task(const Job& job, const policy::Principal& role, const Task& task,
                            const std::stop_token& stop) {
  Outcome outcome{.number = task.number, .succeeded = true, .code = {}, .message = "Successful"};
  try {
    const std::string operation = job.operation_name();
    if (operation == checksum_operation) {
      outcome.message = compute_checksum(parts_.caller(), parts_.objects, parts_.authority, role,
                                         job.operation(), task, job.key.region);
    } else if (operation == replication_operation) {
      replicate_object(parts_.objects, parts_.authority, role, task, stop);
    } else {
      static_cast<void>(
          parts_.caller().ask(role, call_of(operation, job.operation(), task, job.key.region)));
    }
  } catch (const aws::Error& error) {
    outcome.succeeded = false;
    outcome.status = error.status().value_or(500);
    outcome.code = error.code();
    outcome.message = error.message().substr(0, message_size);
  } catch (const std::runtime_error& error) {
    outcome.succeeded = false;
    outcome.status = 500;
    outcome.code = "InternalError";
    outcome.message = "We encountered an internal error. Please try again.";
    parts_.log.write(base::Level::error, "batch job " + job.id() + ": " + error.what());
  }
  return outcome;
}

void BatchJobs::settle(const Job& job, const std::vector<Outcome>& outcomes,
                       std::chrono::nanoseconds took) {
  change_in(job.key, [&](store::Connection& connection, Job& now) {
    TaskStore::settle_in(connection, now.id(), outcomes);
    for (const Outcome& outcome : outcomes) now.counts->add(outcome.succeeded);
    now.active += std::chrono::duration_cast<base::Milliseconds>(took);
    if (!is_failing(*now.counts) || !is_running(now.status)) return;
    now.add_failure("TaskFailureThresholdExceeded",
                    "More than 50 percent of the job's tasks have failed.");
    now.status = status::failing;
  });
}

void BatchJobs::finish(const Job& job) {
  std::optional<aws::Error> refusal;
  try {
    write_report(parts_.caller(), role_of(job), job, tasks_, parts_.clock.service());
  } catch (const aws::Error& error) {
    refusal = error;
  } catch (const JobFailure& failure) {
    if (job.counts && job.counts->ran() > 0) refusal = aws::Error(failure.code, failure.what());
  }
  change_in(job.key, [&](store::Connection& connection, Job& now) {
    TaskStore::clear_in(connection, now.id());
    if (refusal) {
      now.add_failure(refusal->code(), "Job report could not be written to your report bucket: " +
                                           refusal->message());
    }
    if (now.status == status::cancelling) {
      now.status = status::cancelled;
    } else {
      const bool completes = now.status == status::completing && !refusal;
      now.status = completes ? status::complete : status::failed;
    }
  });
}

}  // namespace millrace::service::s3control
