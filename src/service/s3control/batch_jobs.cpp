// Jobs as records: made, found, changed, forgotten. Their work is in batch_work.cpp.
#include "service/s3control/batch_jobs.hpp"

#include "base/arn.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

constexpr std::string_view token_kind = "s3control/job-token";

store::Key token_key(const Job& job) {
  return {job.key.account, job.key.region, std::string(token_kind), job.token};
}

// With an ARN of its own, as facets are found by it.
store::Record token_record(const Job& job) {
  return {.key = token_key(job),
          .arn = job.arn + "#token",
          .document = base::Map{{"Job", job.id()}, {"Digest", job.digest}},
          .created = job.created,
          .modified = job.created,
          .status = {}};
}

}  // namespace

std::string BatchJobs::create(Job job, const store::Tags& tags) {
  forget_old(job.key);
  job.key.kind = job_kind;
  job.key.name = base::uuid4(parts_.random);
  job.arn = base::arn("s3", job.key.region, job.key.account, "job/" + job.id());
  job.created = parts_.clock.service();
  std::optional<store::Record> former;
  parts_.database.write([&](store::Connection& connection) {
    former = parts_.records.find_in(connection, token_key(job));
    if (former) return;
    parts_.records.create_in(connection, to_record(job), tags);
    parts_.records.create_in(connection, token_record(job));
  });
  if (former) {
    if (former->document.find("Digest")->text() != job.digest) throw TokenTaken("another job");
    return former->document.find("Job")->text();
  }
  note(job);
  return job.id();
}

bool BatchJobs::is_forgotten(const Job& job) const {
  return job.ended && *job.ended + kept_after_end <= parts_.clock.service();
}

void BatchJobs::forget_old(const store::Key& scope) {
  for (const Job& job : all(scope)) {
    if (!is_forgotten(job)) continue;
    parts_.database.write([&](store::Connection& connection) {
      parts_.records.erase_in(connection, job.key);
      parts_.records.erase_in(connection, token_key(job));
    });
  }
}

std::vector<Job> BatchJobs::all(const store::Key& scope) {
  store::Key key = scope;
  key.kind = job_kind;
  std::vector<Job> jobs;
  for (const store::Record& record : parts_.records.list(key)) jobs.push_back(to_job(record));
  return jobs;
}

std::optional<Job> BatchJobs::find(const store::Key& key) {
  const auto record = parts_.records.find(key);
  if (!record) return std::nullopt;
  Job job = to_job(*record);
  if (is_forgotten(job)) return std::nullopt;
  return job;
}

std::vector<Job> BatchJobs::list(const store::Key& scope) {
  std::vector<Job> jobs = all(scope);
  std::erase_if(jobs, [this](const Job& job) { return is_forgotten(job); });
  std::ranges::sort(jobs, [](const Job& a, const Job& b) {
    return std::pair(b.created, b.id()) < std::pair(a.created, a.id());
  });
  return jobs;
}

std::optional<Job> BatchJobs::change(const store::Key& key,
                                     const std::function<void(Job&)>& change) {
  return change_in(key, [&change](store::Connection&, Job& job) { change(job); });
}

std::optional<Job> BatchJobs::change_in(const store::Key& key, const ChangeIn& change) {
  std::optional<Job> after;
  const base::Timestamp now = parts_.clock.service();
  parts_.database.write([&](store::Connection& connection) {
    after.reset();
    parts_.records.update_in(connection, key, now, [&](store::Record& record) {
      Job job = to_job(record);
      if (is_forgotten(job)) return;
      change(connection, job);
      if (is_over(job.status) && !job.ended) job.ended = now;
      const store::Record changed = to_record(job);
      record.document = changed.document;
      record.status = changed.status;
      after = std::move(job);
    });
  });
  if (after) note(*after);
  return after;
}

// What rests is nobody's work.
void BatchJobs::note(const Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (rests(job.status)) {
      live_.erase(job.id());
    } else {
      live_.insert_or_assign(job.id(), Live{.key = job.key,
                                            .status = job.status,
                                            .priority = job.priority,
                                            .created = job.created});
    }
  }
  wakes_.notify_all();
  parts_.changes.announce(job.arn);
}

void BatchJobs::empty_account(const std::string& account) {
  const std::lock_guard step(stepping_);
  for (const store::Record& record : parts_.records.list_every(job_kind)) {
    if (record.key.account == account) tasks_.clear(record.key.name);
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(live_, [&account](const auto& one) { return one.second.key.account == account; });
}

}  // namespace millrace::service::s3control
