// UpdateJobPriority and UpdateJobStatus.
#include "service/s3control/job_request.hpp"

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

struct UpdatePriority {
  std::string id;
  std::int64_t priority = 0;
};

UpdatePriority read_priority(const View& in) {
  return {.id = read_job(in).id, .priority = in.take("Priority").integer()};
}

// The job, once the caller may do this to it; that it is not there is told to no others.
void require_on_job(Service& service, const Call& call, std::string_view action,
                    const std::string& id, policy::Conditions further) {
  const auto job = service.batch.find(job_key(call, id));
  policy::Conditions conditions = job_conditions(job);
  conditions.merge(further);
  static_cast<void>(call.require(action, own_arn(call, "job/" + id), conditions));
  if (!job) throw no_such_job();
}

Value update_priority(Service& service, const Call& call, const UpdatePriority& ask) {
  require_on_job(service, call, "s3:UpdateJobPriority", ask.id,
                 {{"s3:RequestJobPriority", {std::to_string(ask.priority)}}});
  const auto job = service.batch.change(job_key(call, ask.id), [&ask](Job& now) {
    if (is_over(now.status)) {
      throw aws::Error("BadRequestException",
                       "The priority of a job that is " + now.status + " cannot be changed.");
    }
    now.priority = ask.priority;
  });
  if (!job) throw no_such_job();
  return Map{{"JobId", job->id()}, {"Priority", job->priority}};
}

struct UpdateStatus {
  std::string id;
  std::string wanted;
  std::optional<std::string> reason;
};

UpdateStatus read_status(const View& in) {
  return {.id = read_job(in).id,
          .wanted = in.take("RequestedJobStatus").text(),
          .reason = in.take("StatusUpdateReason").optional_text()};
}

// A job is confirmed once, and cancelled while it has not ended by itself.
std::string_view next_status(const Job& job, const std::string& wanted) {
  const bool confirms = wanted == status::ready;
  const bool may = confirms ? job.status == status::suspended
                            : job.status == status::suspended || is_running(job.status) ||
                                  job.status == status::created || job.status == status::preparing;
  if (!may) {
    throw aws::Error("JobStatusException",
                     "The job cannot become " + wanted + ": its status is " + job.status + ".");
  }
  return confirms ? status::ready : status::cancelling;
}

Value update_status(Service& service, const Call& call, const UpdateStatus& ask) {
  require_on_job(service, call, "s3:UpdateJobStatus", ask.id, {});
  const auto job = service.batch.change(job_key(call, ask.id), [&ask](Job& now) {
    now.status = next_status(now, ask.wanted);
    now.shown.set_if("StatusUpdateReason", ask.reason);
  });
  if (!job) throw no_such_job();
  Map answer{{"JobId", job->id()}, {"Status", job->status}};
  answer.set_if("StatusUpdateReason", ask.reason);
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_priority, update_priority>("UpdateJobPriority", {.access = asked_later}),
    aws::operation<read_status, update_status>("UpdateJobStatus", {.access = asked_later}),
};

}  // namespace

const std::span<const aws::Operation> job_update_operations = table;

}  // namespace millrace::service::s3control
