#include "service/organizations/errors.hpp"

#include "organizations/refused.hpp"
#include "service/organizations/service.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::organizations {
namespace {

using engine::Why;

struct Code {
  Why why;
  std::string_view name;
};
constexpr auto codes = std::to_array<Code>({
    {Why::account_already_closed, "AccountAlreadyClosedException"},
    {Why::account_already_registered, "AccountAlreadyRegisteredException"},
    {Why::account_not_found, "AccountNotFoundException"},
    {Why::account_not_registered, "AccountNotRegisteredException"},
    {Why::already_in_organization, "AlreadyInOrganizationException"},
    {Why::child_not_found, "ChildNotFoundException"},
    {Why::creation_not_found, "CreateAccountStatusNotFoundException"},
    {Why::constraint, "ConstraintViolationException"},
    {Why::destination_parent_not_found, "DestinationParentNotFoundException"},
    {Why::duplicate_account, "DuplicateAccountException"},
    {Why::duplicate_handshake, "DuplicateHandshakeException"},
    {Why::duplicate_policy, "DuplicatePolicyException"},
    {Why::duplicate_policy_attachment, "DuplicatePolicyAttachmentException"},
    {Why::duplicate_unit, "DuplicateOrganizationalUnitException"},
    {Why::effective_policy_not_found, "EffectivePolicyNotFoundException"},
    {Why::handshake_already_in_state, "HandshakeAlreadyInStateException"},
    {Why::handshake_constraint, "HandshakeConstraintViolationException"},
    {Why::handshake_not_found, "HandshakeNotFoundException"},
    {Why::invalid_handshake_transition, "InvalidHandshakeTransitionException"},
    {Why::invalid_input, "InvalidInputException"},
    {Why::malformed_policy, "MalformedPolicyDocumentException"},
    {Why::management_cannot_leave, "MasterCannotLeaveOrganizationException"},
    {Why::no_organization, "AWSOrganizationsNotInUseException"},
    {Why::organization_not_empty, "OrganizationNotEmptyException"},
    {Why::parent_not_found, "ParentNotFoundException"},
    {Why::policy_in_use, "PolicyInUseException"},
    {Why::policy_not_attached, "PolicyNotAttachedException"},
    {Why::policy_not_found, "PolicyNotFoundException"},
    {Why::policy_type_already_enabled, "PolicyTypeAlreadyEnabledException"},
    {Why::policy_type_not_available, "PolicyTypeNotAvailableForOrganizationException"},
    {Why::policy_type_not_enabled, "PolicyTypeNotEnabledException"},
    {Why::resource_policy_not_found, "ResourcePolicyNotFoundException"},
    {Why::root_not_found, "RootNotFoundException"},
    {Why::source_parent_not_found, "SourceParentNotFoundException"},
    {Why::target_not_found, "TargetNotFoundException"},
    {Why::unit_not_empty, "OrganizationalUnitNotEmptyException"},
    {Why::unit_not_found, "OrganizationalUnitNotFoundException"},
});

aws::Error translated(const engine::Refused& refused) {
  const auto found = std::ranges::find(codes, refused.why, &Code::why);
  aws::Error error(std::string(found->name), refused.what());
  if (!refused.reason.empty()) error.with("Reason", refused.reason);
  return error;
}

}  // namespace

aws::Error invalid_input(const std::string& message, const std::string& reason) {
  aws::Error error("InvalidInputException", message);
  error.with("Reason", reason);
  return error;
}

void rethrow_translated() {
  try {
    throw;
  } catch (const engine::Refused& refused) {
    throw translated(refused);
  } catch (const policy::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what(), 501);
  }
}

}  // namespace millrace::service::organizations
