#include "service/s3control/job_request.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::s3control {

namespace {

constexpr std::size_t job_tags_limit = 50;

}  // namespace

JobAsk read_job(const aws::View& in) {
  read_account(in);
  return {.id = in.take("JobId").text()};
}

store::Key job_key(const aws::Call& call, const std::string& id) {
  return {call.account, call.region, std::string(job_kind), id};
}

aws::Error no_such_job() { return {"NotFoundException", "The specified job does not exist."}; }

Job existing_job(Service& service, const aws::Call& call, const std::string& id) {
  auto job = service.batch.find(job_key(call, id));
  if (!job) throw no_such_job();
  return *std::move(job);
}

std::vector<aws::Need> asked_later(const aws::Call& call, const aws::Value& input) {
  check_own_account(call, input);
  return {};
}

policy::Conditions job_conditions(const std::optional<Job>& job) {
  policy::Conditions conditions;
  if (!job) return conditions;
  conditions["s3:ExistingJobPriority"] = {std::to_string(job->priority)};
  conditions["s3:ExistingJobOperation"] = {job->operation_name()};
  const std::string cause = job->text("SuspendedCause");
  if (!cause.empty() && job->status == status::suspended) {
    conditions["s3:JobSuspendedCause"] = {cause};
  }
  return conditions;
}

store::Tags read_job_tags(const aws::View& in) {
  store::Tags tags;
  for (const aws::View& tag : in.take("Tags").views()) {
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
  }
  return tags;
}

void check_job_tags(const store::Tags& tags) {
  if (tags.size() > job_tags_limit) {
    throw aws::Error("TooManyTagsException",
                     "A job can have " + std::to_string(job_tags_limit) + " tags at most.");
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    if (!keys.insert(key).second) {
      throw aws::Error("InvalidTag", "Cannot provide multiple Tags with the same key");
    }
    if (key.starts_with("aws:")) {
      throw aws::Error("InvalidTag", "System tags cannot be added/updated by requester");
    }
  }
}

policy::Conditions tag_conditions(const store::Tags& tags) {
  policy::Conditions conditions;
  for (const auto& [key, value] : tags) {
    conditions["aws:RequestTag/" + key] = {value};
    conditions["aws:TagKeys"].push_back(key);
  }
  return conditions;
}

aws::List tags_value(const store::Tags& tags) {
  aws::List list;
  for (const auto& [key, value] : tags) list.emplace_back(aws::Map{{"Key", key}, {"Value", value}});
  return list;
}

}  // namespace millrace::service::s3control
