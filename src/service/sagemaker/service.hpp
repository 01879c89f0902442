// SageMaker: what its operations stand on, and its entry for dispatch.
#pragma once

#include "aws/kept_answers.hpp"
#include "aws/operation.hpp"
#include "hosting/endpoints.hpp"
#include "identity/authority.hpp"
#include "jobs/jobs.hpp"
#include "store/records.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::sagemaker {

struct Service {
  jobs::Jobs& jobs;
  store::Records& records;  // tags of every resource
  identity::Authority& authority;
  objects::Objects& objects;
  hosting::Endpoints& endpoints;
  aws::KeptAnswers described_jobs{records};
  aws::KeptAnswers described_models{records};
  aws::KeptAnswers described_endpoint_configs{records};
};

[[nodiscard]] aws::ServiceEntry entry(Service& service);

// arn:aws:sagemaker:REGION:ACCOUNT:KIND/NAME, as of "training-job"; the name in lower case, as AWS
// has it.
[[nodiscard]] std::string resource_arn(const aws::Call& call, std::string_view kind,
                                       std::string_view name);
// "sagemaker:OPERATION" on the resource of `kind` that `member` of the input names; of what is
// created with tags, the leave to tag it too.
[[nodiscard]] std::vector<aws::Need> on_named(const aws::Call& call, const aws::Value& input,
                                              std::string_view kind, std::string_view member);

// What AWS has and Millrace does not: status 501, naming operation and member.
[[nodiscard]] aws::Error not_built(std::string_view operation, std::string_view what);
[[nodiscard]] aws::Error invalid(std::string message);  // ValidationException
[[nodiscard]] aws::Error no_such_resource();

// The role's session as SageMaker takes it on, after the caller was allowed to pass the role.
// Throws AWS's refusals.
[[nodiscard]] policy::Principal take_on_role(Service& service, const aws::Call& call,
                                             const std::string& role_arn);

using Tags = store::Tags;
[[nodiscard]] Tags read_tags(const aws::View& in);
[[nodiscard]] aws::List tag_list(const Tags& tags);
// Throws what AWS refuses: reserved names, a name given twice, too many.
void check_tags(const Tags& tags);

extern const std::span<const aws::Operation> endpoint_config_operations;
extern const std::span<const aws::Operation> endpoint_operations;
extern const std::span<const aws::Operation> model_operations;
extern const std::span<const aws::Operation> training_job_operations;
extern const std::span<const aws::Operation> training_job_list_operations;
extern const std::span<const aws::Operation> tag_operations;

}  // namespace millrace::service::sagemaker
