// ListTrainingJobs: filters, orders and pages.
#include "aws/paging.hpp"
#include "base/json.hpp"
#include "service/sagemaker/service.hpp"

#include <algorithm>
#include <cstdio>

namespace millrace::service::sagemaker {
namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using base::Timestamp;
using jobs::Job;

constexpr std::int64_t default_page = 10;

struct ListTrainingJobs {
  std::optional<std::string> token;
  std::int64_t limit = default_page;
  std::optional<Timestamp> created_after;
  std::optional<Timestamp> created_before;
  std::optional<Timestamp> modified_after;
  std::optional<Timestamp> modified_before;
  std::string name_contains;
  std::optional<std::string> status;
  std::string sort_by;
  bool ascending = false;
  bool asks_for_pools_or_plans = false;  // no job here has a warm pool or a training plan
};

ListTrainingJobs read_list(const View& in) {
  const bool pool = in.take("WarmPoolStatusEquals").present();
  const bool plan = in.take("TrainingPlanArnEquals").present();
  return {.token = in.take("NextToken").optional_text(),
          .limit = in.take("MaxResults").integer_or(default_page),
          .created_after = in.take("CreationTimeAfter").optional_time(),
          .created_before = in.take("CreationTimeBefore").optional_time(),
          .modified_after = in.take("LastModifiedTimeAfter").optional_time(),
          .modified_before = in.take("LastModifiedTimeBefore").optional_time(),
          .name_contains = in.take("NameContains").text_or(""),
          .status = in.take("StatusEquals").optional_text(),
          .sort_by = in.take("SortBy").text_or("CreationTime"),
          .ascending = in.take("SortOrder").text_or("Descending") == "Ascending",
          .asks_for_pools_or_plans = pool || plan};
}

bool is_between(Timestamp time, const std::optional<Timestamp>& after,
                const std::optional<Timestamp>& before) {
  return (!after || time > *after) && (!before || time < *before);
}

bool is_asked_for(const Job& job, const ListTrainingJobs& ask) {
  if (ask.asks_for_pools_or_plans) return false;
  if (ask.status && *ask.status != jobs::name_of(job.progress.status)) return false;
  if (job.key.name.find(ask.name_contains) == std::string::npos) return false;
  return is_between(job.created, ask.created_after, ask.created_before) &&
         is_between(job.modified, ask.modified_after, ask.modified_before);
}

// A text whose order is the order asked for, ended by the name that makes it unique.
std::string place_of(const Job& job, const ListTrainingJobs& ask) {
  if (ask.sort_by == "Name") return job.key.name;
  if (ask.sort_by == "Status")
    return std::string(jobs::name_of(job.progress.status)) + " " + job.key.name;
  char time[32];
  std::snprintf(time, sizeof time, "%020lld",
                static_cast<long long>(job.created.time_since_epoch().count()));
  return std::string(time) + " " + job.key.name;
}

std::int64_t milliseconds(const std::optional<Timestamp>& time) {
  return time ? time->time_since_epoch().count() : -1;
}

// A token belongs to its own arguments, the page's size aside.
std::string check_of(const Call& call, const ListTrainingJobs& ask) {
  return base::write_json(List{"ListTrainingJobs", call.account, call.region,
                               milliseconds(ask.created_after), milliseconds(ask.created_before),
                               milliseconds(ask.modified_after), milliseconds(ask.modified_before),
                               ask.name_contains, ask.status.value_or(""), ask.sort_by,
                               ask.ascending});
}

Value summary(const Job& job) {
  Map one{{"TrainingJobName", job.key.name},
          {"TrainingJobArn", job.arn},
          {"CreationTime", job.created},
          {"LastModifiedTime", job.modified},
          {"TrainingJobStatus", jobs::name_of(job.progress.status)},
          {"SecondaryStatus", jobs::name_of(job.progress.stage())}};
  one.set_if("TrainingEndTime", job.progress.ended);
  return one;
}

struct Placed {
  std::string place;
  Job job;
};

std::vector<Placed> in_order(Service& service, const Call& call, const ListTrainingJobs& ask) {
  std::vector<Placed> placed;
  for (Job& job :
       service.jobs.list({call.account, call.region, std::string(jobs::training_kind), ""})) {
    if (is_asked_for(job, ask)) placed.push_back({place_of(job, ask), std::move(job)});
  }
  std::ranges::sort(placed, {}, &Placed::place);
  if (!ask.ascending) std::ranges::reverse(placed);
  return placed;
}

void drop_given(std::vector<Placed>& placed, const std::string& last, bool ascending) {
  std::erase_if(
      placed, [&](const Placed& one) { return ascending ? one.place <= last : one.place >= last; });
}

Value list_training_jobs(Service& service, const Call& call, const ListTrainingJobs& ask) {
  std::vector<Placed> placed = in_order(service, call, ask);
  const std::string check = check_of(call, ask);
  if (ask.token) {
    const auto last = aws::read_token(check, *ask.token);
    if (!last) throw invalid("Invalid pagination token");
    drop_given(placed, *last, ask.ascending);
  }
  Map answer;
  const auto limit = static_cast<std::size_t>(ask.limit);
  if (placed.size() > limit) {
    placed.erase(placed.begin() + static_cast<std::ptrdiff_t>(limit), placed.end());
    answer.set("NextToken", aws::make_token(check, placed.back().place));
  }
  List summaries;
  for (const Placed& one : placed) summaries.push_back(summary(one.job));
  answer.set("TrainingJobSummaries", std::move(summaries));
  return answer;
}

constexpr aws::Operation table[] = {
    aws::operation<read_list, list_training_jobs>("ListTrainingJobs"),
};

}  // namespace

const std::span<const aws::Operation> training_job_list_operations = table;

}  // namespace millrace::service::sagemaker
