// Rows first, processes second: whatever is in memory here can be made again from the rows and the
// works' folders.
#include "jobs/jobs.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace millrace::jobs {
namespace {

constexpr std::size_t work_id_digits = 32;
// For works that are killed to be told and stored; what is not is done by the next server.
constexpr std::chrono::seconds end_patience{5};

}  // namespace

Jobs::Jobs(const Parts& parts, JobsOptions options)
    : options_(std::move(options)),
      supervision_(parts.supervision),
      clock_(parts.clock),
      random_(parts.random),
      store_(parts.store),
      inputs_(parts.objects, parts.authority),
      outputs_(parts.objects, parts.authority),
      run_parts_{store_,      inputs_,   outputs_,    parts.authority, parts.supervision,
                 parts.clock, parts.log, options_.run},
      queue_(options_.slots) {}

Jobs::~Jobs() { shut_down(false); }

void Jobs::recover() {
  std::filesystem::create_directories(options_.run.folder);
  const std::vector<Job> jobs = store_.in_flight();
  remove_strays(jobs);
  for (const Job& job : jobs) recover(job);
  const std::scoped_lock guard(mutex_);
  schedule();
}

void Jobs::recover(const Job& job) {
  const std::string folder = options_.run.folder + "/" + job.progress.work_id;
  // Shared with the listener, which the supervision's thread calls.
  const auto inbox = std::make_shared<Inbox>();
  process::Found found = process::Found::nothing;
  if (std::filesystem::exists(folder)) {
    found = supervision_.adopt(folder, [inbox](process::News news) { inbox->tell(news); });
  }
  const std::scoped_lock guard(mutex_);
  if (found == process::Found::nothing) {
    waiting_.emplace(job.arn, job);
    queue_.push(job.key.account, job.arn);
    return;
  }
  // A stop that was asked for may not have reached the supervisor; asking again does no harm.
  if (job.progress.status == Status::stopping) inbox->ask_stop(false);
  queue_.hold(job.key.account);
  const Run::From from = found == process::Found::running ? Run::From::running
                         : found == process::Found::ended ? Run::From::ended
                                                          : Run::From::lost;
  launch(job, inbox, from);
}

void Jobs::remove_strays(const std::vector<Job>& in_flight) {
  std::set<std::string> known;
  for (const Job& job : in_flight) known.insert(job.progress.work_id);
  for (const auto& entry : std::filesystem::directory_iterator(options_.run.folder)) {
    if (!known.contains(entry.path().filename().string())) remove_stray(entry.path());
  }
}

// Not under the hands of a supervisor, which may run, or sync what is of no more use.
void Jobs::remove_stray(const std::string& folder) {
  const auto remove = [folder] {
    std::error_code ignored;  // tried again at the next start
    std::filesystem::remove_all(folder, ignored);
  };
  // Shared with the listener, which the supervision's thread calls.
  const auto inbox = std::make_shared<Inbox>();
  const auto tell = [inbox](process::News news) { inbox->tell(news); };
  if (supervision_.adopt(folder, tell) != process::Found::running) return remove();
  supervision_.stop(folder, true);
  sweepers_.emplace_back([inbox, remove] {
    if (inbox->gone_within(supervisor_patience)) remove();
  });
}

void Jobs::create(Job job, const store::Tags& tags) {
  const base::Timestamp now = clock_.service();
  job.created = job.modified = now;
  job.progress = {};
  enter(job.progress, Stage::starting, now);
  job.progress.work_id = base::random_hex(random_, work_id_digits);
  store_.create(job, tags);
  join_ended();
  const std::scoped_lock guard(mutex_);
  queue_.push(job.key.account, job.arn);
  waiting_.emplace(job.arn, std::move(job));
  schedule();
}

void Jobs::stop(const store::Key& key) {
  const base::Timestamp now = clock_.service();
  const auto job = store_.advance(key, [&](Progress& progress) {
    if (progress.status == Status::in_progress) enter(progress, Stage::stopping, now);
  });
  if (!job || is_final(job->progress.status)) return;
  {
    const std::scoped_lock guard(mutex_);
    if (const auto run = active_.find(job->arn); run != active_.end()) {
      run->second.inbox->ask_stop(false);
      return;
    }
    if (!queue_.remove(key.account, job->arn))
      return;  // about to be queued; its run will see the status
    waiting_.erase(job->arn);
  }
  finish_unstarted(key);
}

void Jobs::finish_unstarted(const store::Key& key) {
  const base::Timestamp now = clock_.service();
  store_.advance(key, [&](Progress& progress) {
    if (!is_final(progress.status)) finish(progress, Stage::stopped, now);
  });
}

std::size_t Jobs::running() {
  const std::scoped_lock guard(mutex_);
  return active_.size();
}

void Jobs::shut_down(bool end_work) {
  {
    std::unique_lock guard(mutex_);
    leaving_ = true;
    for (auto& [arn, active] : active_)
      end_work ? active.inbox->ask_stop(true) : active.inbox->ask_leave();
    const auto all_ended = [this] { return active_.empty(); };
    if (end_work && !changed_.wait_for(guard, end_patience, all_ended)) {
      for (auto& [arn, active] : active_) active.inbox->ask_leave();
    }
    changed_.wait(guard, all_ended);
  }
  join_ended();
}

void Jobs::empty_account(std::string_view account) {
  const auto is_theirs = [&](const auto& entry) { return entry.second.account == account; };
  {
    std::unique_lock guard(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const bool theirs = at->second.key.account == account;
      if (theirs) queue_.remove(at->second.key.account, at->first);
      at = theirs ? waiting_.erase(at) : std::next(at);
    }
    for (auto& [arn, active] : active_) {
      if (active.account == account) active.inbox->ask_stop(true);
    }
    changed_.wait(guard, [&] { return std::none_of(active_.begin(), active_.end(), is_theirs); });
  }
  join_ended();
}

void Jobs::schedule() {
  if (leaving_) return;
  // Each slot may have, beside the job that runs, one whose artifact is on its way.
  while (active_.size() < 2 * options_.slots) {
    const auto arn = queue_.take();
    if (!arn) return;
    auto job = waiting_.extract(*arn);
    launch(std::move(job.mapped()), std::make_shared<Inbox>(), Run::From::queue);
  }
}

void Jobs::launch(Job job, std::shared_ptr<Inbox> inbox, Run::From from) {
  const std::string arn = job.arn;
  Active& active = active_[arn];
  active.account = job.key.account;
  active.inbox = inbox;
  active.thread = std::jthread([this, arn, from, job = std::move(job), inbox]() mutable {
    Run(run_parts_, std::move(job), std::move(inbox), [this, arn] { work_ended(arn); }).go(from);
    ended(arn);
  });
}

// What follows, packing and upload, needs no core for long: the next job need not wait for it.
void Jobs::work_ended(const std::string& arn) {
  const std::scoped_lock guard(mutex_);
  Active& active = active_.at(arn);
  active.holds_slot = false;
  queue_.release(active.account);
  schedule();
}

// On the run's own thread, which somebody else joins.
void Jobs::ended(const std::string& arn) {
  const std::scoped_lock guard(mutex_);
  auto active = active_.extract(arn);
  if (active.mapped().holds_slot) queue_.release(active.mapped().account);
  ended_.push_back(std::move(active.mapped().thread));
  schedule();
  changed_.notify_all();
}

void Jobs::join_ended() {
  std::vector<std::jthread> done;
  {
    const std::scoped_lock guard(mutex_);
    done.swap(ended_);
  }
}

}  // namespace millrace::jobs
