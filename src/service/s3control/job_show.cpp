// DescribeJob and ListJobs.
#include "aws/paging.hpp"
#include "base/text.hpp"
#include "service/s3control/job_request.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;

constexpr std::int64_t default_page = 1000;

Map progress_of(const Job& job, bool with_timers) {
  Map progress{{"TotalNumberOfTasks", job.counts->total},
               {"NumberOfTasksSucceeded", job.counts->succeeded},
               {"NumberOfTasksFailed", job.counts->failed}};
  if (with_timers) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(job.active);
    progress.set("Timers",
                 Map{{"ElapsedTimeInActiveSeconds", static_cast<std::int64_t>(seconds.count())}});
  }
  return progress;
}

Value describe_job(Service& service, const Call& call, const JobAsk& ask) {
  const Job job = existing_job(service, call, ask.id);
  Map shown = job.shown;
  shown.set("JobId", job.id());
  shown.set("JobArn", job.arn);
  shown.set("Status", job.status);
  shown.set("Priority", job.priority);
  shown.set("CreationTime", job.created);
  if (job.counts) shown.set("ProgressSummary", progress_of(job, true));
  shown.set_if("TerminationDate", job.ended);
  return Map{{"Job", std::move(shown)}};
}

std::optional<aws::Transition> in_transition(const Call&, const Value& answer) {
  const Value& job = *answer.find("Job");
  const std::string& job_status = job.find("Status")->text();
  if (rests(job_status)) return std::nullopt;
  return aws::Transition{.arn = job.find("JobArn")->text(), .status = job_status};
}

struct ListJobs {
  std::vector<std::string> statuses;
  std::optional<std::string> token;
  std::int64_t limit = default_page;
};

ListJobs read_list(const View& in) {
  read_account(in);
  ListJobs ask{.statuses = in.take("JobStatuses").texts(),
               .token = in.take("NextToken").optional_text(),
               .limit = in.take("MaxResults").integer_or(default_page)};
  if (ask.limit == 0) ask.limit = default_page;
  return ask;
}

Map listed(const Job& job) {
  Map shown{{"JobId", job.id()},
            {"Operation", job.operation_name()},
            {"Priority", job.priority},
            {"Status", job.status},
            {"CreationTime", job.created}};
  if (const Value* description = job.find("Description")) shown.set("Description", *description);
  shown.set_if("TerminationDate", job.ended);
  if (job.counts) shown.set("ProgressSummary", progress_of(job, true));
  return shown;
}

// The list's order: newest first.
std::string place_of(const Job& job) {
  return std::to_string(job.created.time_since_epoch().count()) + " " + job.id();
}

Value list_jobs(Service& service, const Call& call, const ListJobs& ask) {
  const std::string check = call.account + " " + call.region + " " + base::join(ask.statuses, ",");
  std::optional<std::string> after;
  if (ask.token) {
    after = aws::read_token(check, *ask.token);
    if (!after) throw aws::Error("InvalidNextTokenException", "The next token is not valid.");
  }
  List jobs;
  Map answer;
  std::string last;
  for (const Job& job : service.batch.list(job_key(call, ""))) {
    const bool fits =
        ask.statuses.empty() || std::ranges::find(ask.statuses, job.status) != ask.statuses.end();
    if (!fits || (after && place_of(job) >= *after)) continue;
    if (static_cast<std::int64_t>(jobs.size()) == ask.limit) {
      answer.set("NextToken", aws::make_token(check, last));
      break;
    }
    jobs.emplace_back(listed(job));
    last = place_of(job);
  }
  answer.set("Jobs", std::move(jobs));
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_job, describe_job>(
        "DescribeJob", {.access = on_job<"DescribeJob">, .in_transition = in_transition}),
    aws::operation<read_list, list_jobs>("ListJobs", {.access = on_account<"ListJobs">}),
};

}  // namespace

const std::span<const aws::Operation> job_show_operations = table;

}  // namespace millrace::service::s3control
