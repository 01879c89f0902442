// Tags of batch jobs: the facet that every record has.
#include "service/s3control/job_request.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

using aws::Call;
using aws::Map;
using aws::Value;
using aws::View;

struct PutTags {
  std::string id;
  store::Tags tags;
};

PutTags read_put(const View& in) { return {.id = read_job(in).id, .tags = read_job_tags(in)}; }

void replace_tags(Service& service, const std::string& arn, const store::Tags& tags) {
  std::vector<std::string> gone;
  for (const auto& [key, value] : service.records.tags(arn)) {
    if (std::ranges::find(tags, key, &store::Tags::value_type::first) == tags.end()) {
      gone.push_back(key);
    }
  }
  service.records.set_tags(arn, tags);
  service.records.remove_tags(arn, gone);
}

Value put_tags(Service& service, const Call& call, const PutTags& ask) {
  const auto job = service.batch.find(job_key(call, ask.id));
  policy::Conditions conditions = job_conditions(job);
  conditions.merge(tag_conditions(ask.tags));
  static_cast<void>(call.require("s3:PutJobTagging", own_arn(call, "job/" + ask.id), conditions));
  if (!job) throw no_such_job();
  check_job_tags(ask.tags);
  replace_tags(service, job->arn, ask.tags);
  return Map{};
}

Value get_tags(Service& service, const Call& call, const JobAsk& ask) {
  const Job job = existing_job(service, call, ask.id);
  return Map{{"Tags", tags_value(service.records.tags(job.arn))}};
}

Value delete_tags(Service& service, const Call& call, const JobAsk& ask) {
  replace_tags(service, existing_job(service, call, ask.id).arn, {});
  return Map{};
}

constexpr aws::Operation table[] = {
    aws::operation<read_put, put_tags>("PutJobTagging", {.access = asked_later}),
    aws::operation<read_job, get_tags>("GetJobTagging", {.access = on_job<"GetJobTagging">}),
    aws::operation<read_job, delete_tags>("DeleteJobTagging",
                                          {.access = on_job<"DeleteJobTagging">}),
};

}  // namespace

const std::span<const aws::Operation> job_tagging_operations = table;

}  // namespace millrace::service::s3control
