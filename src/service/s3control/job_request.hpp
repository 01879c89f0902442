// What operations on batch jobs share: which job is meant, what decisions may know of it, its tags.
#pragma once

#include "service/s3control/account.hpp"
#include "service/s3control/batch_jobs.hpp"
#include "service/s3control/service.hpp"

#include <string>

namespace millrace::service::s3control {

struct JobAsk {
  std::string id;
};
[[nodiscard]] JobAsk read_job(const aws::View& in);

[[nodiscard]] store::Key job_key(const aws::Call& call, const std::string& id);
// Throws NotFoundException.
[[nodiscard]] Job existing_job(Service& service, const aws::Call& call, const std::string& id);
[[nodiscard]] aws::Error no_such_job();

// The accesses of operations that ask once they know the job: nothing but the account's own.
[[nodiscard]] std::vector<aws::Need> asked_later(const aws::Call& call, const aws::Value& input);
// What policies may say of the job as it is: its priority, operation and cause of suspension.
[[nodiscard]] policy::Conditions job_conditions(const std::optional<Job>& job);

// Refuses more tags than a job may have, and keys given twice or kept by AWS.
[[nodiscard]] store::Tags read_job_tags(const aws::View& in);
void check_job_tags(const store::Tags& tags);
[[nodiscard]] policy::Conditions tag_conditions(const store::Tags& tags);
[[nodiscard]] aws::List tags_value(const store::Tags& tags);

}  // namespace millrace::service::s3control
