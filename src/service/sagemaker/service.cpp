// SageMaker's frame: ARNs, the refusals that its operations share, roles, and the list of its
// tables.
#include "service/sagemaker/service.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "service/sagemaker/request_keys.hpp"

namespace millrace::service::sagemaker {
namespace {

constexpr std::string_view principal = "sagemaker.amazonaws.com";

bool has_tags(const aws::Value& input) {
  const aws::Value* tags = input.find("Tags");
  return tags != nullptr && tags->is_list() && !tags->list().empty();
}

// Tags at creation ask for the leave to tag as well.
std::vector<aws::Need> creation(const aws::Call& call, const aws::Value& input,
                                const std::string& action, const std::string& resource) {
  std::vector<aws::Need> needs{
      {.action = action, .resource = resource, .conditions = request_keys(call, input)}};
  if (has_tags(input)) {
    needs.push_back({.action = "sagemaker:AddTags",
                     .resource = resource,
                     .conditions = {{"sagemaker:TaggingAction", {call.operation}}}});
  }
  return needs;
}

}  // namespace

std::string resource_arn(const aws::Call& call, std::string_view kind, std::string_view name) {
  return base::arn("sagemaker", call.region, call.account,
                   std::string(kind) + "/" + base::lower(name));
}

std::vector<aws::Need> on_named(const aws::Call& call, const aws::Value& input,
                                std::string_view kind, std::string_view member) {
  const aws::Value* name = input.find(member);
  const std::string_view known =
      name != nullptr && name->is_text() ? std::string_view(name->text()) : "*";
  const std::string action = "sagemaker:" + call.operation;
  const std::string resource = resource_arn(call, kind, known);
  if (call.operation.starts_with("Create")) return creation(call, input, action, resource);
  return {{.action = action, .resource = resource, .conditions = {}}};
}

aws::Error not_built(std::string_view operation, std::string_view what) {
  return {"NotImplemented",
          std::string(operation) + ": Millrace does not implement " + std::string(what) + " yet",
          501};
}

aws::Error invalid(std::string message) { return {"ValidationException", std::move(message)}; }

aws::Error no_such_resource() { return invalid("Requested resource not found."); }

policy::Principal take_on_role(Service& service, const aws::Call& call,
                               const std::string& role_arn) {
  (void)call.require("iam:PassRole", role_arn, {{"iam:PassedToService", {std::string(principal)}}});
  try {
    return service.authority.assume(
        {.role_arn = role_arn,
         .caller = policy::Principal{.kind = policy::Principal::Kind::service,
                                     .name = std::string(principal)},
         .session_name = "SageMaker"});
  } catch (const identity::CannotAssume&) {
    throw invalid("Could not assume role " + role_arn +
                  ". Please ensure that the role exists and allows principal '" +
                  std::string(principal) + "' to assume the role.");
  }
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "sagemaker",
          .prefix = "sagemaker",
          .service = &service,
          .tables = {training_job_operations, training_job_list_operations, tag_operations,
                     model_operations, endpoint_config_operations, endpoint_operations},
          .errors = {}};
}

}  // namespace millrace::service::sagemaker
