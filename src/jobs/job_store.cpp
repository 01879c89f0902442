// A mark beside each unfinished job goes in the same commit that ends it.
#include "jobs/job_store.hpp"

#include <algorithm>

namespace millrace::jobs {
namespace {

store::Key mark_key(const store::Key& job) {
  return {job.account, job.region, "jobs/in-flight", job.name};
}

// An ARN of its own: a record's facets are found by it, and go with it.
store::Record mark_of(const Job& job) {
  return {.key = mark_key(job.key),
          .arn = job.arn + "#in-flight",
          .document = base::Map{},
          .created = job.created,
          .modified = job.created,
          .status = {}};
}

}  // namespace

void JobStore::create(const Job& job, const store::Tags& tags) {
  parts_.database.write([&](store::Connection& connection) {
    parts_.records.create_in(connection, to_record(job), tags);
    parts_.records.create_in(connection, mark_of(job));
  });
}

std::optional<Job> JobStore::find(const store::Key& key) {
  const auto record = parts_.records.find(key);
  if (!record) return std::nullopt;
  return job_from(*record);
}

std::vector<Job> JobStore::list(const store::Key& scope) {
  std::vector<Job> jobs;
  for (const store::Record& record : parts_.records.list(scope)) jobs.push_back(job_from(record));
  return jobs;
}

std::vector<Job> JobStore::in_flight() {
  std::vector<Job> jobs;
  for (const store::Record& mark : parts_.records.list_every("jobs/in-flight")) {
    store::Key key = mark.key;
    key.kind = training_kind;
    if (auto job = find(key)) jobs.push_back(std::move(*job));
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& a, const Job& b) { return a.created < b.created; });
  return jobs;
}

std::optional<Job> JobStore::advance(const store::Key& key,
                                     const std::function<void(Progress&)>& change,
                                     const Told& told) {
  const base::Timestamp now = parts_.clock.service();
  std::optional<Job> after;
  parts_.database.write([&](store::Connection& connection) {
    parts_.records.update_in(connection, key, now, [&](store::Record& record) {
      after = job_from(record);
      change(after->progress);
      // A stage may have begun at the time of a clock that was set back since.
      record.modified = std::max({record.modified, now, after->progress.stages.back().start});
      after->modified = record.modified;
      set_progress(record, after->progress);
    });
    if (!after) return;
    if (is_final(after->progress.status)) parts_.records.erase_in(connection, mark_key(key));
    const telemetry::Scope scope{.account = key.account, .region = key.region};
    if (!told.events.empty()) {
      parts_.logs.append_in(connection, scope, log_group, after->progress.log_stream, told.events);
    }
    for (const auto& [host, events] : told.of_hosts) {
      const std::string stream = stream_of_host(after->progress.log_stream, host);
      parts_.logs.append_in(connection, scope, log_group, stream, events);
    }
    if (!told.data.empty()) parts_.metrics.put_in(connection, scope, told.data);
  });
  if (after) parts_.changes.announce(after->arn);
  return after;
}

bool JobStore::erase(const store::Key& key) {
  return parts_.database.write([&](store::Connection& connection) {
    parts_.records.erase_in(connection, mark_key(key));
    return parts_.records.erase_in(connection, key);
  });
}

}  // namespace millrace::jobs
