// Training jobs: create, describe, stop, delete.
#include "objects/objects.hpp"
#include "service/sagemaker/service.hpp"
#include "service/sagemaker/training_plan.hpp"
#include "service/sagemaker/training_request.hpp"

namespace millrace::service::sagemaker {
namespace {

using aws::Call;
using aws::List;
using aws::Map;
using aws::Value;
using aws::View;
using jobs::Job;
using jobs::Progress;

constexpr std::string_view kind = "training-job";

struct Named {
  std::string name;
};

Named read_name(const View& in) { return {.name = in.take("TrainingJobName").text()}; }

store::Key key_of(const Call& call, const std::string& name) {
  return {.account = call.account,
          .region = call.region,
          .kind = std::string(jobs::training_kind),
          .name = name};
}

Job existing(Service& service, const Call& call, const std::string& name) {
  auto job = service.jobs.find(key_of(call, name));
  if (!job) throw no_such_resource();
  return std::move(*job);
}

aws::Error name_taken(const Call& call, const std::string& name) {
  return {"ResourceInUse",
          "Training job names must be unique within an AWS account and region. Training job with "
          "name (" +
              name + ") already exists (" + resource_arn(call, kind, name) + ")"};
}

aws::Error nothing_found(const Call& call, const std::string& uri, const std::string& role_arn) {
  const auto place = objects::parse_s3_uri(uri);
  return invalid("No S3 objects found under S3 URL \"" + uri +
                 "\" given in input data source. Please ensure that the bucket exists in the "
                 "selected region (" +
                 call.region + "), that objects exist under that S3 prefix, and that the role \"" +
                 role_arn + "\" has \"s3:ListBucket\" permissions on bucket \"" +
                 (place ? place->bucket : uri) + "\".");
}

Value create_training_job(Service& service, const Call& call, const CreateTrainingJob& ask) {
  Job job{.key = key_of(call, ask.name),
          .arn = resource_arn(call, kind, ask.name),
          .plan = plan_of(ask)};
  job.request = ask.shown;
  check_tags(ask.tags);
  const policy::Principal role = take_on_role(service, call, ask.role_arn);
  if (service.jobs.find(job.key)) throw name_taken(call, ask.name);
  if (!objects::parse_s3_uri(ask.output_uri))
    throw invalid("Invalid S3OutputPath: " + ask.output_uri);
  if (ask.checkpoints && !objects::parse_s3_uri(ask.checkpoints->uri))
    throw invalid("Invalid S3Uri in CheckpointConfig: " + ask.checkpoints->uri);
  for (const jobs::Channel& channel : job.plan.channels) {
    if (!service.jobs.inputs().finds_any(role, channel, call.region)) {
      throw nothing_found(call, channel.uri, ask.role_arn);
    }
  }
  const std::string arn = job.arn;
  try {
    service.jobs.create(std::move(job), ask.tags);
  } catch (const store::AlreadyExists&) {
    throw name_taken(call, ask.name);
  }
  return Map{{"TrainingJobArn", arn}};
}

List shown_stages(const Progress& progress) {
  List list;
  for (const jobs::StageChange& change : progress.stages) {
    Map one{{"Status", jobs::name_of(change.stage)}, {"StartTime", change.start}};
    one.set_if("EndTime", change.end);
    one.set("StatusMessage", jobs::message_of(change.stage));
    list.emplace_back(std::move(one));
  }
  return list;
}

List shown_metrics(const Progress& progress) {
  List list;
  for (const jobs::FinalMetric& metric : progress.metrics) {
    list.emplace_back(
        Map{{"MetricName", metric.name}, {"Value", metric.value}, {"Timestamp", metric.time}});
  }
  return list;
}

// A second begun is a second billed.
std::int64_t seconds_between(base::Timestamp from, base::Timestamp to) {
  return std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(to - from).count(), 1);
}

void show_times(const Job& job, Map& answer) {
  const Progress& progress = job.progress;
  answer.set("CreationTime", job.created);
  answer.set_if("TrainingStartTime", progress.started);
  answer.set_if("TrainingEndTime", progress.ended);
  answer.set("LastModifiedTime", job.modified);
  if (progress.started && progress.ended) {
    const std::int64_t seconds = seconds_between(*progress.started, *progress.ended);
    answer.set("TrainingTimeInSeconds", seconds);
    answer.set("BillableTimeInSeconds", seconds);
  }
}

Value description(const Job& job) {
  const Progress& progress = job.progress;
  Map answer{{"TrainingJobName", job.key.name}, {"TrainingJobArn", job.arn}};
  if (!progress.artifact_uri.empty()) {
    answer.set("ModelArtifacts", Map{{"S3ModelArtifacts", progress.artifact_uri}});
  }
  answer.set("TrainingJobStatus", jobs::name_of(progress.status));
  answer.set("SecondaryStatus", jobs::name_of(progress.stage()));
  if (!progress.failure.empty()) answer.set("FailureReason", progress.failure);
  for (const auto& [name, value] : job.request.map()) answer.set(name, value);
  answer.find("AlgorithmSpecification")
      ->map()
      .set("MetricDefinitions", metric_definitions(job.plan));
  show_times(job, answer);
  answer.set("SecondaryStatusTransitions", shown_stages(progress));
  if (!progress.metrics.empty()) answer.set("FinalMetricDataList", shown_metrics(progress));
  return answer;
}

aws::Answer describe_training_job(Service& service, const Call& call, const Named& ask) {
  return service.described_jobs.get(key_of(call, ask.name),
                                    [&] { return description(existing(service, call, ask.name)); });
}

std::optional<aws::Transition> in_transition(const Call&, const Value& answer) {
  const std::string& status = answer.find("TrainingJobStatus")->text();
  if (status != "InProgress" && status != "Stopping") return std::nullopt;
  return aws::Transition{.arn = answer.find("TrainingJobArn")->text(), .status = status};
}

Value stop_training_job(Service& service, const Call& call, const Named& ask) {
  const Job job = existing(service, call, ask.name);
  if (jobs::is_final(job.progress.status)) {
    throw invalid("The request was rejected because the training job is in status " +
                  std::string(jobs::name_of(job.progress.status)) + ".");
  }
  service.jobs.stop(job.key);
  return Map{};
}

Value delete_training_job(Service& service, const Call& call, const Named& ask) {
  const Job job = existing(service, call, ask.name);
  if (!jobs::is_final(job.progress.status)) {
    throw aws::Error("ResourceInUse", "The training job " + job.arn + " is in status " +
                                          std::string(jobs::name_of(job.progress.status)) +
                                          ". Only training jobs that have ended can be deleted.");
  }
  service.jobs.erase(job.key);
  return Map{};
}

std::vector<aws::Need> on_job(const Call& call, const Value& input) {
  return on_named(call, input, kind, "TrainingJobName");
}

constexpr aws::Operation table[] = {
    aws::operation<read_create_training_job, create_training_job>("CreateTrainingJob",
                                                                  {.access = on_job}),
    aws::operation<read_name, delete_training_job>("DeleteTrainingJob", {.access = on_job}),
    aws::operation<read_name, describe_training_job>(
        "DescribeTrainingJob",
        {.access = on_job, .runs_inline = true, .in_transition = in_transition}),
    aws::operation<read_name, stop_training_job>("StopTrainingJob", {.access = on_job}),
};

}  // namespace

const std::span<const aws::Operation> training_job_operations = table;

}  // namespace millrace::service::sagemaker
