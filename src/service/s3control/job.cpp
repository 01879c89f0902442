#include "service/s3control/job.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3control {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::size_t reason_size = 256;  // characters that the model lets a reason have

constexpr auto times = std::to_array<std::string_view>(
    {"CreatedAfter", "CreatedBefore", "HttpExpiresDate", "ModifiedSinceConstraint",
     "ObjectLockRetainUntilDate", "RetainUntilDate", "SuspendedDate", "UnModifiedSinceConstraint"});

std::int64_t number_in(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? value->integer() : 0;
}

std::string text_in(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? value->text() : std::string();
}

}  // namespace

bool is_over(std::string_view job_status) {
  return job_status == status::complete || job_status == status::cancelled ||
         job_status == status::failed;
}

bool is_running(std::string_view job_status) {
  return job_status == status::ready || job_status == status::active ||
         job_status == status::paused;
}

bool rests(std::string_view job_status) {
  return is_over(job_status) || job_status == status::suspended;
}

std::string Job::text(std::string_view member) const {
  const Value* value = shown.find(member);
  return value != nullptr && value->is_text() ? value->text() : std::string();
}

std::string Job::operation_name() const { return shown.find("Operation")->map().begin()->first; }

Map Job::operation() const { return shown.find("Operation")->map().begin()->second.map(); }

void Job::add_failure(std::string_view code, std::string_view reason) {
  List reasons;
  if (const Value* former = shown.find("FailureReasons")) reasons = former->list();
  reasons.emplace_back(
      Map{{"FailureCode", code}, {"FailureReason", reason.substr(0, reason_size)}});
  shown.set("FailureReasons", std::move(reasons));
}

store::Record to_record(const Job& job) {
  Map document{{"Shown", job.shown},
               {"Priority", job.priority},
               {"NeedsConfirmation", job.needs_confirmation},
               {"Token", job.token},
               {"Digest", job.digest},
               {"ActiveMilliseconds", static_cast<std::int64_t>(job.active.count())}};
  if (job.counts) {
    document.set("Counts", Map{{"Total", job.counts->total},
                               {"Succeeded", job.counts->succeeded},
                               {"Failed", job.counts->failed}});
  }
  if (job.ended) {
    document.set("Ended", static_cast<std::int64_t>(job.ended->time_since_epoch().count()));
  }
  return {.key = job.key,
          .arn = job.arn,
          .document = std::move(document),
          .created = job.created,
          .modified = job.created,
          .status = job.status};
}

Job to_job(const store::Record& record) {
  const Value& document = record.document;
  Job job{.key = record.key,
          .arn = record.arn,
          .status = record.status,
          .created = record.created,
          .shown = document.find("Shown")->map(),
          .priority = number_in(document, "Priority"),
          .needs_confirmation = document.find("NeedsConfirmation")->flag(),
          .token = text_in(document, "Token"),
          .digest = text_in(document, "Digest"),
          .counts = std::nullopt,
          .active = base::Milliseconds(number_in(document, "ActiveMilliseconds")),
          .ended = std::nullopt};
  if (const Value* counts = document.find("Counts")) {
    job.counts = Counts{.total = number_in(*counts, "Total"),
                        .succeeded = number_in(*counts, "Succeeded"),
                        .failed = number_in(*counts, "Failed")};
  }
  if (document.find("Ended") != nullptr) {
    job.ended = base::Timestamp(base::Milliseconds(number_in(document, "Ended")));
  }
  Value shown(std::move(job.shown));
  revive_times(shown);
  job.shown = std::move(shown.map());
  return job;
}

void revive_times(Value& value) {
  if (value.is_list()) {
    for (Value& one : value.list()) revive_times(one);
    return;
  }
  if (!value.is_map()) return;
  Map revived;
  for (const auto& [name, member] : value.map()) {
    Value copy = member;
    if (copy.is_number() && std::ranges::find(times, name) != times.end()) {
      copy = Value(base::from_epoch_seconds(copy.number()));
    } else {
      revive_times(copy);
    }
    revived.set(name, std::move(copy));
  }
  value = Value(std::move(revived));
}

}  // namespace millrace::service::s3control
