#include "service/organizations/service.hpp"

#include "organizations/delegation.hpp"
#include "service/organizations/answers.hpp"

namespace millrace::service::organizations {
namespace {

engine::Arns arns_of(const engine::Organization* organization, const aws::Call& call) {
  // No organisation has this id: nobody's policies speak of it.
  return organization != nullptr ? engine::Arns(*organization)
                                 : engine::Arns(call.account, "o-none");
}

}  // namespace

std::vector<aws::Need> asked_in_act(const aws::Call&, const aws::Value&) { return {}; }

Asker::Asker(Service& service, const aws::Call& call)
    : call_(call),
      organization_(service.organizations.of(call.account)),
      arns_(arns_of(organization_.get(), call)) {}

std::string Asker::policy_arn(std::string_view id) const {
  auto type = engine::PolicyType::service_control;
  if (organization_ != nullptr) {
    const auto found = organization_->policies.find(id);
    if (found != organization_->policies.end()) type = found->second.type;
  }
  return arns_.policy(id, type);
}

std::string Asker::resource_policy_arn() const {
  const bool is_there = organization_ != nullptr && organization_->resource_policy;
  return arns_.resource_policy(is_there ? organization_->resource_policy->id : "rp-none");
}

policy::Conditions Asker::policy_conditions(std::string_view id) const {
  if (organization_ == nullptr) return {};
  const auto found = organization_->policies.find(id);
  if (found == organization_->policies.end()) return {};
  return type_condition(engine::text_of(found->second.type));
}

// What a member lacks in its organisation is told apart from what its own policies do not allow.
void Asker::require_one(const std::string& action, const std::string& resource,
                        const policy::Conditions& further) const {
  const bool is_member = organization_ != nullptr && organization_->management != call_.account;
  if (is_member && !engine::is_of_every_member(action) && !call_.allowed(action, resource, further))
    throw aws::Error("AccessDeniedException",
                     "You don't have permissions to access this resource.");
  call_.require(action, resource, further);
}

void Asker::require_leave(const std::vector<std::string>& resources,
                          const policy::Conditions& further) const {
  for (const std::string& resource : resources)
    require_one("organizations:" + call_.operation, resource, further);
}

const engine::Organization& Asker::require(const std::vector<std::string>& resources,
                                           const policy::Conditions& further) const {
  require_leave(resources, further);
  return organization();
}

const engine::Organization& Asker::organization() const {
  if (organization_ == nullptr)
    throw engine::Refused(engine::Why::no_organization,
                          "Your account is not a member of an organization.");
  return *organization_;
}

bool Asker::is_in(const engine::Organization& organization) const {
  return organization_ != nullptr && organization_->id == organization.id;
}

void Asker::require_tagging(const std::string& resource, const store::Tags& tags) const {
  if (!tags.empty()) require_one("organizations:TagResource", resource, tag_conditions(tags));
}

aws::ServiceEntry entry(Service& service) {
  return {.model = "organizations",
          .prefix = "organizations",
          .service = &service,
          .tables = {account_operations, attachment_operations, creation_operations,
                     delegation_operations, effective_policy_operations, handshake_operations,
                     organization_operations, policy_operations, policy_type_operations,
                     resource_policy_operations, tag_operations, unit_operations},
          .errors = aws::ErrorTable{.invalid_code = "InvalidInputException",
                                    .throttled_code = "TooManyRequestsException"}};
}

}  // namespace millrace::service::organizations
